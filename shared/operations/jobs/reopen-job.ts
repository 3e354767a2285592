import { Failure, type FailureCode } from '../../domain/failure';
import type { JobRecord } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';

/** Ends that say nothing against the job itself, only against where it ran. */
const REOPENED: readonly FailureCode[] = ['killed-repeatedly', 'deadline-exceeded', 'ticket-dead'];

/**
 * Makes a job that its host could not carry through runnable again, from its last finished phase, for `npm run job`.
 * A job that has not ended is given back as it is.
 *
 * @throws Failure `not-found`; `job-already-ended` for every other end
 */
export async function reopenJob(systems: Pick<Systems, 'clock' | 'jobLedger'>, jobId: string): Promise<JobRecord> {
  for (;;) {
    const found = await systems.jobLedger.read(jobId);
    if (found === undefined) throw new Failure('not-found', `there is no job ${jobId}`);
    const { record } = found;
    if (record.state === 'queued' || record.state === 'running') return record;
    if (record.error === undefined || !REOPENED.includes(record.error.code)) {
      throw new Failure('job-already-ended', `the job has ended: ${record.state} ${record.error?.code ?? ''}`.trim(), {
        hint: 'start a new job',
      });
    }
    if (found.isFiled) {
      throw new Failure('job-already-ended', 'the job ended more than a day ago and was filed away', {
        hint: 'start a new job',
      });
    }
    const { finishedAt, error, ...rest } = record;
    const ticketDueAt = systems.clock.now().toISOString();
    const reopened: JobRecord = { ...rest, state: 'queued', ticketDueAt, kills: {}, givenBack: 0, retries: 0 };
    if ((await systems.jobLedger.update(reopened, found.version)) !== undefined) return reopened;
  }
}
