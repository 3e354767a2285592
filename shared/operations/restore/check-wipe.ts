import { Failure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';
import { freshBackup } from '../catalog/fresh-backup';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'databases' | 'dumpStore' | 'settings'>;

export interface WipeQuestion {
  readonly databaseHost: string;
  readonly database: string;
  readonly operation: string;
  readonly confirm?: string | undefined;
}

export interface WipeAllowed {
  readonly allowed: true;
  readonly database: string;
  readonly operation: string;
  readonly backupId: string;
  /** ISO 8601 UTC: what was written later is in no backup. */
  readonly snapshotAt: string;
}

/**
 * May a script wipe this database? Only with its name typed and a fresh verified backup of the live database, so only when
 * it is a configured one: of another there can be none.
 *
 * @throws Failure `confirmation-missing`, `backup-too-old`
 */
export async function checkWipe(systems: Needs, question: WipeQuestion): Promise<WipeAllowed> {
  const { database, databaseHost, operation } = question;
  if (question.confirm !== database) {
    throw new Failure('confirmation-missing', `confirm: must be ${JSON.stringify(database)}, the database to be wiped`);
  }
  const names = systems.databases.names().filter((name) => {
    const { connection } = systems.databases.find(name);
    return connection.database === database && connection.host.toLowerCase() === databaseHost.toLowerCase();
  });
  const minutes = systems.settings.get('WIPE_BACKUP_MAX_AGE_MINUTES');
  if (names.length === 0) {
    throw new Failure('backup-too-old', `no backups of ${database} on ${databaseHost} are taken: it is not configured`);
  }
  for (const name of names) {
    const found = await freshBackup(systems, name, minutes);
    if (found?.backupId === undefined || found.backupId === null) continue;
    return { allowed: true, database, operation, backupId: found.backupId, snapshotAt: found.snapshotAt };
  }
  throw new Failure('backup-too-old', `${database} has no verified backup from the last ${minutes} minutes`);
}
