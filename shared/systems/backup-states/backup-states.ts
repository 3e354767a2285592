import type { RecordedState } from '../../domain/catalog/recorded-state';

/**
 * What became known of backups after their commit. A backup of which nothing did has the state `UNCHANGED`; whether
 * there is such a backup at all is the dump store's to say.
 *
 * Failures of every method: `storage-unavailable`, `storage-refused`; `storage-conflict` for a state that another
 * version of this app wrote.
 */
export interface BackupStates {
  read(backupId: string): Promise<RecordedState>;
  /**
   * Changes the state by compare-and-set and gives back what it is now. `change` is called again when somebody else was
   * faster, so it must be a function of the state alone. Fields that it leaves out stay; `undefined` removes one.
   */
  change(backupId: string, change: (state: RecordedState) => RecordedState): Promise<RecordedState>;
  /** The oldest id that a backup of the database ever had, whether or not it still exists. */
  firstBackupId(database: string): Promise<string | undefined>;
  /**
   * The states of all backups of a database (configured name; undefined: of all databases) of which something became
   * known. Costs one listing, and one read for each state that it gives back.
   */
  readMany(database: string | undefined): Promise<ReadonlyMap<string, RecordedState>>;
}
