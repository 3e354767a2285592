import type { ReleaseRecord } from '../../domain/releases/release-record';

/** What a listing tells of a release without reading its record. */
export interface ReleaseSummary {
  readonly version: string;
  /** ISO 8601 UTC */
  readonly verifiedAt: string;
  readonly runningSince: string | null;
}

/**
 * Releases that somebody marked as verified; kept for ever. Versions are data: any text is one record.
 *
 * Failures of every method: `storage-unavailable`, `storage-refused`; `storage-conflict` for a record that another
 * version of this app wrote.
 */
export interface ReleaseRecords {
  read(version: string): Promise<ReleaseRecord | undefined>;
  /**
   * Makes or changes a record by compare-and-set and gives back what it is now. `change` is called again when somebody
   * else was faster, so it must be a function of the record alone.
   */
  change(version: string, change: (before: ReleaseRecord | undefined) => ReleaseRecord): Promise<ReleaseRecord>;
  /** All of them, in no order. Costs one listing, whatever their number. */
  list(): Promise<readonly ReleaseSummary[]>;
}
