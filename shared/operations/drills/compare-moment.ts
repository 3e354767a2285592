import { tableKey } from '../../domain/backup/compare-contents';
import type { Manifest, TableContents } from '../../domain/backup/manifest';
import { compareMoment, type MomentComparison } from '../../domain/drills/pitr-drill';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { PgConnection } from '../../domain/pg-connection';
import type { Systems } from '../../systems/systems';
import { findBackup } from '../catalog/find-backup';
import { listBackups } from '../catalog/read-backups';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'pgServer' | 'settings'>;

export interface ComparedMoment extends MomentComparison {
  readonly serverVersion: string;
  readonly lastCommitAt: string | null;
  readonly comparedWith: string | null;
  /** The database's own; null: the server's. */
  readonly searchPath: string | null;
}

/** Reads every row of the restored database once, counting, and puts the counts beside those of the backup of before. */
export async function compareWithBackup(
  systems: Needs,
  run: JobRun,
  connection: PgConnection,
  pointInTime: string,
): Promise<Omit<ComparedMoment, 'lastCommitAt'>> {
  const backup = await backupBefore(systems, databaseOf(run.record), pointInTime);
  const snapshot = await systems.pgServer.openSnapshot(connection, { checksums: false }, run.signal);
  try {
    run.progress({ message: 'counting rows' });
    const { tables, schemaRevision, databaseProperties } = await snapshot.readContents();
    const counts = await snapshot.rowCounts(tables, run.signal);
    const counted = tables.map((table): TableContents => ({ ...table, rows: counts.get(tableKey(table)) ?? 0 }));
    const percent = systems.settings.get('SHRINK_ALERT_PERCENT');
    const before = backup && { tables: backup.contents.tables, schemaRevision: backup.schemaRevision };
    const path = databaseProperties.settings.find(({ role, name }) => role === null && name === 'search_path');
    return {
      ...compareMoment({ tables: counted, schemaRevision }, before, percent),
      serverVersion: snapshot.server.version,
      comparedWith: backup?.backupId ?? null,
      searchPath: path?.value ?? null,
    };
  } finally {
    await snapshot.close();
  }
}

/** The newest that is good and of the live database. */
async function backupBefore(systems: Needs, database: string, to: string): Promise<Manifest | undefined> {
  const { items } = await listBackups(systems, { database, state: 'verified', to, limit: Infinity });
  const newest = items.find(({ source, backupId }) => source === 'live' && backupId !== null);
  return newest === undefined ? undefined : (await findBackup(systems, newest.backupId ?? '')).manifest;
}
