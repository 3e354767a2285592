import type { CatalogEntry } from './catalog';
import { MANIFEST_VERSION } from '../backup/manifest';
import { type RecordedState, UNCHANGED } from './recorded-state';

export interface VerificationFacts {
  readonly now: Date;
  /** Configured names. */
  readonly databases: readonly string[];
  readonly catalog: readonly CatalogEntry[];
  readonly states: ReadonlyMap<string, RecordedState>;
  /** Of each database; 0: none. */
  readonly perWeek: number;
  readonly bytesPerWeek: number;
}

export interface DueVerification {
  readonly database: string;
  readonly backupId: string;
}

const DAYS = 7;
const WEEK_MS = DAYS * 24 * 3600 * 1000;

/**
 * The kept dumps to be read again today: those that were not looked at for longest, none twice in a week, as many as a
 * seventh of the week's number and as much as is left of its bytes. One that does not fit is not passed over, or the
 * largest would never have their turn; it waits until the week has room, and is read alone when it is larger than that.
 */
export function dueVerifications(facts: VerificationFacts): DueVerification[] {
  return facts.databases.flatMap((database) => dueOf(database, facts).map((backupId) => ({ database, backupId })));
}

function dueOf(database: string, facts: VerificationFacts): string[] {
  const weekAgo = new Date(facts.now.getTime() - WEEK_MS).toISOString();
  const kept = facts.catalog.filter((entry) => entry.database === database && canBeRead(entry));
  const again = kept.filter((entry) => (lookedAgainAt(entry, facts) ?? '') > weekAgo);
  const waiting = kept
    .map((entry) => ({ ...entry, at: lookedAgainAt(entry, facts) ?? entry.finishedAt }))
    .filter(({ at }) => at <= weekAgo)
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  const today = Math.min(Math.ceil(facts.perWeek / DAYS), facts.perWeek - again.length);
  let bytes = again.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const chosen: string[] = [];
  for (const { backupId, sizeBytes } of waiting) {
    const isAlone = bytes === 0;
    bytes += sizeBytes;
    if (chosen.length >= today || (!isAlone && bytes > facts.bytesPerWeek)) break;
    chosen.push(backupId ?? '');
  }
  return chosen;
}

const canBeRead = ({ backupId, state, manifestVersion }: CatalogEntry): boolean =>
  backupId !== null && (state === 'verified' || state === 'damaged') && (manifestVersion ?? 0) <= MANIFEST_VERSION;

/** A read that found damage was a look, too. */
function lookedAgainAt({ backupId }: CatalogEntry, { states }: VerificationFacts): string | undefined {
  const { verified, damaged } = states.get(backupId ?? '') ?? UNCHANGED;
  const times = [verified?.at, damaged?.at].filter((at) => at !== undefined);
  return times.sort().at(-1);
}
