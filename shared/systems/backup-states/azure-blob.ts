import { z } from 'zod';
import { Failure } from '../../domain/failure';
import { type RecordedState, UNCHANGED } from '../../domain/catalog/recorded-state';
import type { StateContainer } from '../job-ledger/state-container';
import type { BackupStates } from './backup-states';

const FOLDER = 'backups/';
const nameOf = (backupId: string): string => `${FOLDER}${backupId}.json`;

const reason = { at: z.string(), by: z.string(), reason: z.string() };
/** Loose: the job that reserved the id stands there too (job ledger), and a later version may know more. */
const shape = z.looseObject({
  damaged: z.looseObject({ at: z.string(), detail: z.string(), jobId: z.string().optional() }).optional(),
  verified: z.looseObject({ at: z.string(), jobId: z.string().optional() }).optional(),
  copied: z.looseObject({ at: z.string(), jobId: z.string().optional() }).optional(),
  accepted: z.looseObject(reason).optional(),
  hold: z.looseObject({ ...reason, until: z.string().optional() }).optional(),
});
const READS_AT_ONCE = 8;

/**
 * States in `backups/{backupId}.json` of the state container. The blob's metadata `says` tells a listing which of them say
 * more than who reserved the id, so that 2,000 backups are not 2,000 reads. What comes to stand in nearly all of them, when one
 * was last verified and when it was copied, is in the metadata itself (`verifiedat`, `copiedat`).
 */
export class AzureBlobBackupStates implements BackupStates {
  constructor(private readonly state: StateContainer) {}

  async read(backupId: string): Promise<RecordedState> {
    const found = await this.state.read(nameOf(backupId));
    return found === undefined ? UNCHANGED : parse(backupId, found.value);
  }

  change(backupId: string, change: (state: RecordedState) => RecordedState): Promise<RecordedState> {
    return this.state.change(nameOf(backupId), (found) => {
      const before = found === undefined ? UNCHANGED : parse(backupId, found);
      const value: RecordedState = { ...before, ...change(before) };
      return { value, metadata: { says: whatItSays(value), ...timesOf(value) } };
    });
  }

  async firstBackupId(database: string): Promise<string | undefined> {
    for await (const { name } of this.state.blobs(prefixOf(database), 1)) return idOf(name);
    return undefined;
  }

  async readMany(database: string | undefined): Promise<ReadonlyMap<string, RecordedState>> {
    const ids: string[] = [];
    const states = new Map<string, RecordedState>();
    const prefix = database === undefined ? FOLDER : prefixOf(database);
    for await (const { name, metadata } of this.state.blobs(prefix)) {
      const { says = NOTHING, verifiedat, copiedat } = metadata;
      if (says !== NOTHING) ids.push(idOf(name));
      else if ((verifiedat ?? copiedat) !== undefined) states.set(idOf(name), fromTimes(verifiedat, copiedat));
    }
    const readRest = async (): Promise<void> => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) states.set(id, await this.read(id));
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, readRest));
    return states;
  }
}

const prefixOf = (database: string): string => `${FOLDER}${database}_backup_`;
const idOf = (name: string): string => name.slice(FOLDER.length, -'.json'.length);

const NOTHING = 'nothing';
/** The fields that are there and need a read, for the metadata: never empty, because an empty value does not survive every client. */
function whatItSays(state: RecordedState): string {
  const fields = (['damaged', 'accepted', 'hold'] as const).filter((field) => state[field] !== undefined);
  return fields.join(' ') || NOTHING;
}

const timesOf = ({ verified, copied }: RecordedState): Record<string, string> => ({
  ...(verified === undefined ? {} : { verifiedat: verified.at }),
  ...(copied === undefined ? {} : { copiedat: copied.at }),
});

const fromTimes = (verifiedAt: string | undefined, copiedAt: string | undefined): RecordedState => ({
  ...(verifiedAt === undefined ? {} : { verified: { at: verifiedAt } }),
  ...(copiedAt === undefined ? {} : { copied: { at: copiedAt } }),
});

function parse(backupId: string, value: unknown): RecordedState {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure('storage-conflict', `the state of ${backupId} was written by another version of this app`);
}
