import { backupBlobs } from '../domain/backup-name';
import type { JobResult } from '../domain/job';
import { databaseOf } from '../domain/job-lock';
import type { PitrRequest } from '../domain/pitr-request';
import type { Systems } from '../systems/systems';
import type { CloneReady } from './await-clone';
import type { BackupPlan } from './backup-plan';
import { dumpDatabase } from './dump-database';
import { dumpGlobals } from './dump-globals';
import type { JobRun } from './job-run';
import { publishBackup } from './publish-backup';
import { reserveBackupId } from './reserve-backup-id';
import { verifyBackup } from './verify-backup';

/** The database from the clone as a verified backup: the same steps as any other, under the time that was asked for. */
export async function exportClone(systems: Systems, run: JobRun, ready: CloneReady): Promise<JobResult> {
  const { pointInTime } = run.record.request as unknown as PitrRequest;
  const live = systems.databases.find(databaseOf(run.record));
  const backupId = await reserveBackupId(systems, run, new Date(pointInTime));
  const backup: BackupPlan = {
    backupId,
    kind: 'pitr',
    database: { ...live, connection: { ...live.connection, host: ready.host }, replica: undefined },
    blobs: backupBlobs('pitr', backupId),
    clone: { snapshotAt: pointInTime },
  };
  const dumped = await run.phase('dump', () => dumpDatabase(systems, run, backup));
  const globals = await run.phase('globals', () => dumpGlobals(systems, run, backup, dumped));
  const verified = await run.phase('verify', () => verifyBackup(systems, run, backup, dumped));
  return run.phase('publish', () => publishBackup(systems, run, backup, { dumped, globals, verified }));
}
