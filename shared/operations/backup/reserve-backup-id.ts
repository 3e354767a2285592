import { backupId } from '../../domain/backup/backup-name';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';

/**
 * The id of the backup, taken once by the first claim that holds the lock and kept in the record; a takeover goes on
 * under the same id. `time`: that of a clone's data, else now. A second backup of the same database and minute gets `_2`.
 */
export async function reserveBackupId(
  systems: Pick<Systems, 'jobLedger' | 'clock'>,
  run: JobRun,
  time?: Date,
): Promise<string> {
  const reserved = run.record.notes['backupId'];
  if (typeof reserved === 'string') return reserved;
  const now = time ?? systems.clock.now();
  for (let ordinal = 1; ; ordinal++) {
    const id = backupId(databaseOf(run.record), now, ordinal);
    if (!(await systems.jobLedger.reserveBackupId(id, run.record.jobId))) continue;
    await run.note({ backupId: id });
    return id;
  }
}
