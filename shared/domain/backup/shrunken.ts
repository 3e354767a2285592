import type { CatalogEntry } from '../catalog/catalog';
import type { RecordedState } from '../catalog/recorded-state';

/**
 * Backups that are much smaller than the one before them, in bytes or in rows, and that nobody has accepted: verified, yet
 * perhaps the dump of a wiped database. Each is compared with the last one that was not shrunken itself, so that the second
 * dump of a wiped database does not pass for normal. Only dumps of the live database are compared.
 *
 * @param percent a backup is shrunken when this much or more of its predecessor is gone
 */
export function findShrunken(
  catalog: readonly CatalogEntry[],
  states: ReadonlyMap<string, RecordedState>,
  percent: number,
): ReadonlySet<string> {
  const shrunken = new Set<string>();
  const measures = new Map<string, CatalogEntry>();
  for (const entry of oldestFirst(catalog)) {
    const { backupId, database } = entry;
    // an expired one still tells how large the database was, a damaged one nothing
    if (backupId === null || database === null || entry.source !== 'live' || !entry.isIntact) continue;
    const before = measures.get(database);
    const isAccepted = states.get(backupId)?.accepted !== undefined;
    if (before !== undefined && !isAccepted && hasShrunk(before, entry, percent)) shrunken.add(backupId);
    else measures.set(database, entry);
  }
  return shrunken;
}

const oldestFirst = (catalog: readonly CatalogEntry[]): CatalogEntry[] =>
  [...catalog].sort((one, other) =>
    one.snapshotAt < other.snapshotAt ? -1 : one.snapshotAt > other.snapshotAt ? 1 : 0,
  );

function hasShrunk(before: CatalogEntry, after: CatalogEntry, percent: number): boolean {
  const isMuchLess = (was: number, is: number): boolean => was > 0 && ((was - is) / was) * 100 >= percent;
  const lostRows = before.rows !== null && after.rows !== null && isMuchLess(before.rows, after.rows);
  return lostRows || isMuchLess(before.sizeBytes, after.sizeBytes);
}
