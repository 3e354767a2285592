/** What a restore job was asked for (product.md §5); written into its record by the trigger. */
export const RESTORE_MODES = ['new-database', 'swap', 'clean'] as const;
export type RestoreMode = (typeof RESTORE_MODES)[number];

export interface RestoreRequest {
  readonly backupId: string;
  readonly mode: RestoreMode;
  /** A configured server (`RESTORE_TARGET_<NAME>`, lower case); absent: the server that the database lives on. */
  readonly target?: string | undefined;
  /** Absent: a fresh name for `new-database`, the live database for `swap` and `clean`. */
  readonly targetDatabase?: string | undefined;
  /** `schema.table`, or `table` for `public.table`: only these; with `new-database` alone. */
  readonly tables?: readonly string[] | undefined;
  readonly toastCompression?: 'lz4' | undefined;
  /** The name of the database that is replaced, typed. */
  readonly confirm?: string | undefined;
  readonly acceptStorageGrowth?: boolean | undefined;
  readonly acceptReplicationLoss?: boolean | undefined;
}

/** What an undo job was asked for. */
export interface UndoRequest {
  /** The restore job, a swap, that is taken back. */
  readonly restoreJobId: string;
  /** The name of the database that is replaced, typed. */
  readonly confirm?: string | undefined;
}
