import type { JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import type { Systems } from '../../systems/systems';
import type { ServerReady } from './await-server';
import type { JobRun } from '../jobs/job-run';
import { takeBackup } from '../backup/take-backup';

/** The database from the clone as a verified backup: the same steps as any other, under the time that was asked for. */
export async function exportClone(systems: Systems, run: JobRun, ready: ServerReady): Promise<JobResult> {
  const { pointInTime } = run.record.request as unknown as PitrRequest;
  const live = systems.databases.find(databaseOf(run.record));
  const database = { ...live, connection: { ...live.connection, host: ready.host }, replica: undefined };
  return takeBackup(systems, run, { kind: 'pitr', source: 'clone', database, snapshotAt: pointInTime });
}
