import { z } from 'zod';
import { Failure } from '../../domain/failure';
import type { ReleaseRecord } from '../../domain/releases/release-record';
import type { StateContainer } from '../job-ledger/state-container';
import type { ReleaseRecords, ReleaseSummary } from './release-records';

const FOLDER = 'releases/';
const SUFFIX = '.json';
/** One segment of a blob's name, whatever the version holds: no slash, and nothing that URLs read as something else. */
const nameOf = (version: string): string => `${FOLDER}${encodeURIComponent(version)}${SUFFIX}`;
const versionOf = (name: string): string => decodeURIComponent(name.slice(FOLDER.length, -SUFFIX.length));

/** Loose: a later version may know more. */
const shape = z.looseObject({
  version: z.string(),
  commit: z.string().optional(),
  verifiedAt: z.string(),
  verifiedBy: z.string(),
  databases: z.array(z.string()),
  runningSince: z.string().nullable(),
});

/** Records in `releases/{version}.json` of the state container; the blobs' metadata tell a listing what retention needs. */
export class AzureBlobReleaseRecords implements ReleaseRecords {
  constructor(private readonly state: StateContainer) {}

  async read(version: string): Promise<ReleaseRecord | undefined> {
    const found = await this.state.read(nameOf(version));
    return found === undefined ? undefined : parse(version, found.value);
  }

  change(version: string, change: (before: ReleaseRecord | undefined) => ReleaseRecord): Promise<ReleaseRecord> {
    return this.state.change(nameOf(version), (found) => {
      const before = found === undefined ? undefined : parse(version, found);
      const value: ReleaseRecord = { ...before, ...change(before) };
      const { verifiedAt, runningSince } = value;
      const metadata = { verifiedat: verifiedAt, ...(runningSince === null ? {} : { runningsince: runningSince }) };
      return { value, metadata };
    });
  }

  async list(): Promise<readonly ReleaseSummary[]> {
    const summaries: ReleaseSummary[] = [];
    for await (const { name, metadata } of this.state.blobs(FOLDER)) {
      const verifiedAt = metadata['verifiedat'];
      const version = versionOf(name);
      if (verifiedAt === undefined) throw ofAnotherApp(version);
      summaries.push({ version, verifiedAt, runningSince: metadata['runningsince'] ?? null });
    }
    return summaries;
  }
}

function parse(version: string, value: unknown): ReleaseRecord {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw ofAnotherApp(version);
}

const ofAnotherApp = (version: string): Failure =>
  new Failure('storage-conflict', `the record of release ${version} was written by another version of this app`);
