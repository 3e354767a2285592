import type { BackupRequest } from '../../domain/backup/backup-request';
import type { JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { takeBackup } from './take-backup';

/** The main job. */
export async function backUpDatabase(systems: Systems, run: JobRun): Promise<JobResult> {
  const { kind } = run.record.request as unknown as BackupRequest;
  return takeBackup(systems, run, { kind, source: 'live', database: systems.databases.find(databaseOf(run.record)) });
}
