import { app } from './app';
import { runsKind } from './domain/access/app-role';
import { Failure } from './domain/failure';
import { hasEnded, type JobRecord } from './domain/jobs/job';
import { findJob } from './operations/jobs/jobs';
import { reopenJob } from './operations/jobs/reopen-job';
import { runTicket } from './running-jobs';

/**
 * Runs a recorded job in this process until it has ended, with the same code and locks as the host: behind another job it
 * waits, after a passing failure it goes on. `onPause` hears of each wait.
 *
 * @throws Failure `not-found`, `job-already-ended`; `not-configured` for a job of another app
 */
export async function runRecordedJob(
  jobId: string,
  onPause: (record: JobRecord, seconds: number) => void,
): Promise<JobRecord> {
  const { systems } = app();
  const { kind } = await findJob(systems, jobId);
  if (!runsKind(systems.settings.get('APP_ROLE'), kind)) {
    throw new Failure('not-configured', `jobs of the kind ${kind} are run by another app than this one`, {
      hint: 'run it with the settings of that app: APP_ROLE is recovery for what writes to a database, else backup',
    });
  }
  await reopenJob(systems, jobId);
  for (;;) {
    await runTicket(jobId);
    const record = await findJob(systems, jobId);
    if (hasEnded(record)) return record;
    // behind another job, after a passing failure, or until Azure has gone on: the record says when
    const dueMs = Date.parse(record.ticketDueAt) - systems.clock.now().getTime();
    const seconds = Math.max(1, Math.ceil(dueMs / 1000));
    onPause(record, seconds);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
