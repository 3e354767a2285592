import { app } from './app';
import { Failure } from './domain/failure';
import { runJob, type TicketOutcome } from './operations/jobs/run-job';

/** Jobs that this process works on, so that a stopping host can give them back. */
const stopping = new AbortController();
const running = new Set<Promise<unknown>>();

/**
 * @throws Failure `shut-down` while this process stops: a stopping host may still hand out tickets, which must wait for
 * another one
 */
export async function runTicket(jobId: string): Promise<TicketOutcome> {
  if (stopping.signal.aborted) throw new Failure('shut-down', 'this host is stopping');
  const job = runJob(app().systems, jobId, stopping.signal);
  const settled = job.catch(() => undefined).finally(() => running.delete(settled));
  running.add(settled);
  return job;
}

/** Ends the children and gives the jobs back to the queue; resolves when that is done. */
export async function stopRunningJobs(): Promise<void> {
  stopping.abort();
  await Promise.all(running);
}
