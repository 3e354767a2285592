import type { Manifest } from '../backup/manifest';

/** What compression and the indexes, which an archive does not hold, make of it: taken high, because it is a guess. */
const DATABASE_PER_DUMP_BYTE = 6;
/** Write-ahead log and temporary files of the restore, beside the data itself. */
const WITH_WAL = 1.25;
/** Past it Azure's storage grows by itself (it starts at 20 % free) and never shrinks again. */
const FULLEST_SHARE = 0.8;

export interface ServerSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** `liveBytes`: the size of the database that the dump is of, where it is known. */
export function spaceNeeded(dump: Manifest['dump'], liveBytes: number | null): number {
  return Math.ceil(Math.max(liveBytes ?? 0, dump.sizeBytes * DATABASE_PER_DUMP_BYTE) * WITH_WAL);
}

/** Why the restore needs `acceptStorageGrowth`; undefined: there is room. Unknown counts as too little. */
export function whyTooLittle(neededBytes: number, space: ServerSpace | null): string | undefined {
  const needed = `about ${megabytes(neededBytes)} are needed`;
  if (space === null) return `${needed}, and how much is free on the server is not known`;
  const { freeBytes, totalBytes } = space;
  const share = totalBytes === 0 ? 1 : (totalBytes - freeBytes + neededBytes) / totalBytes;
  if (share <= FULLEST_SHARE) return undefined;
  return `${needed}, ${megabytes(freeBytes)} of ${megabytes(totalBytes)} are free: the disk would be ${Math.round(share * 100)} % full, more than ${FULLEST_SHARE * 100} %`;
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;
