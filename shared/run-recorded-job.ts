import { app } from './app';
import { hasEnded, type JobRecord } from './domain/job';
import { findJob } from './operations/jobs';
import { reopenJob } from './operations/reopen-job';
import { runTicket } from './running-jobs';

/**
 * Runs a recorded job in this process until it has ended, with the same code and locks as the host: behind another job it
 * waits, after a passing failure it goes on. `onPause` hears of each wait.
 *
 * @throws Failure `not-found`, `job-already-ended`
 */
export async function runRecordedJob(
  jobId: string,
  onPause: (record: JobRecord, seconds: number) => void,
): Promise<JobRecord> {
  const { systems } = app();
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
