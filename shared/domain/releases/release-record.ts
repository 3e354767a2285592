/** What is known of a release after its deployment: `releases/{version}.json` of the state container, kept for ever. */
export interface ReleaseRecord {
  readonly version: string;
  readonly commit?: string | undefined;
  /** ISO 8601 UTC: the first time that somebody marked it. The retention of its dumps counts from here. */
  readonly verifiedAt: string;
  readonly verifiedBy: string;
  /** Configured names of the databases whose dumps name it; empty: none does, and it may be that of any. */
  readonly databases: readonly string[];
  /** Since when it is what runs, as far as anybody said; null: it was rolled back, so it runs no longer. */
  readonly runningSince: string | null;
}

export const RELEASE_VERSION = /^[\w.+-]{1,100}$/;
export const RELEASE_VERSION_RULE = 'must be 1 to 100 letters, digits, ".", "_", "+", "-"';

export interface ReleaseMark {
  readonly version: string;
  readonly commit?: string | undefined;
  /** ISO 8601 UTC */
  readonly at: string;
  readonly by: string;
  readonly databases: readonly string[];
  /** Its dumps need to be kept no longer, but it is not what runs. */
  readonly isRolledBack: boolean;
}

/**
 * A mark on top of what was known. The first mark's time stays, so that a repeated call starts no retention anew; the
 * release runs since then unless another one was marked in between: then it came back, and runs since now.
 *
 * @param newestRunning `runningSince` of the newest other release; undefined when there is none
 */
export function markRelease(
  before: ReleaseRecord | undefined,
  mark: ReleaseMark,
  newestRunning: string | undefined,
): ReleaseRecord {
  const { version, at, by, isRolledBack } = mark;
  const runs = before?.runningSince ?? null;
  const hasComeBack = runs === null || (newestRunning !== undefined && newestRunning > runs);
  const commit = mark.commit ?? before?.commit;
  return {
    version,
    ...(commit === undefined ? {} : { commit }),
    verifiedAt: before?.verifiedAt ?? at,
    verifiedBy: before?.verifiedBy ?? by,
    databases: [...new Set([...(before?.databases ?? []), ...mark.databases])].sort(),
    runningSince: isRolledBack ? null : hasComeBack ? at : runs,
  };
}

/** Whether the release is one of this database, as far as its dumps tell. */
export const isReleaseOf = ({ databases }: ReleaseRecord, database: string): boolean =>
  databases.length === 0 || databases.includes(database);
