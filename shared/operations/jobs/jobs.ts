import { runsKind } from '../../domain/access/app-role';
import { Failure } from '../../domain/failure';
import { hasEnded, type JobKind, type JobRecord, type JobState } from '../../domain/jobs/job';
import { isJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';
import { ended, tellEnd } from './end-job';
import { OPERATIONS } from './job-operations';
import { openJobs } from './open-jobs';

const POLL_MS = 500;
/** One after the other, a page of 50 would take 50 round trips. */
const READ_AT_ONCE = 20;

/** @throws Failure `not-found` */
export async function findJob(systems: Pick<Systems, 'jobLedger'>, jobId: string): Promise<JobRecord> {
  const found = isJobId(jobId) ? await systems.jobLedger.read(jobId) : undefined;
  if (found === undefined) throw new Failure('not-found', 'jobId: no such job');
  return found.record;
}

/** The job as soon as it has ended, or as it is when the time is up. */
export async function waitForJob(
  systems: Pick<Systems, 'jobLedger' | 'clock'>,
  jobId: string,
  waitSeconds: number,
): Promise<JobRecord> {
  const until = systems.clock.now().getTime() + waitSeconds * 1000;
  for (;;) {
    const record = await findJob(systems, jobId);
    const leftMs = until - systems.clock.now().getTime();
    if (hasEnded(record) || leftMs <= 0) return record;
    await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MS, leftMs)));
  }
}

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly kind?: JobKind | undefined;
  readonly database?: string | undefined;
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: string | undefined;
}

/** A page of jobs, newest request first. */
export async function listJobs(
  systems: Pick<Systems, 'jobLedger'>,
  filter: JobFilter,
): Promise<{ items: JobRecord[]; last: string | undefined }> {
  const items: JobRecord[] = [];
  for await (const record of newestFirst(systems, filter)) {
    if (!matches(record, filter)) continue;
    if (items.length === filter.limit) return { items, last: items.at(-1)?.jobId };
    items.push(record);
  }
  return { items, last: undefined };
}

/** What comes after the page before. Unfinished jobs are never filed away, so who asks for them reads no filed one. */
async function* newestFirst(
  systems: Pick<Systems, 'jobLedger'>,
  { state, after }: JobFilter,
): AsyncIterable<JobRecord> {
  const isNext = (jobId: string): boolean => after === undefined || jobId < after;
  if (state !== undefined && !hasEnded({ state })) {
    yield* (await openJobs(systems)).reverse().filter(({ jobId }) => isNext(jobId));
    return;
  }
  let ids: string[] = [];
  for await (const jobId of systems.jobLedger.listIds()) {
    if (!isNext(jobId)) continue;
    ids.push(jobId);
    if (ids.length < READ_AT_ONCE) continue;
    yield* await readJobs(systems, ids);
    ids = [];
  }
  yield* await readJobs(systems, ids);
}

/** In the order of their ids. What another version wrote is left out, not a reason to show nothing. */
async function readJobs({ jobLedger }: Pick<Systems, 'jobLedger'>, ids: readonly string[]): Promise<JobRecord[]> {
  const found = await Promise.all(ids.map((jobId) => jobLedger.read(jobId).catch(ignoreUnreadable)));
  return found.flatMap((versioned) => versioned?.record ?? []);
}

function ignoreUnreadable(error: unknown): undefined {
  if (error instanceof Failure && error.code === 'storage-conflict') return undefined;
  throw error;
}

function matches(record: JobRecord, filter: JobFilter): boolean {
  const fields = ['state', 'kind', 'database'] as const;
  return fields.every((field) => filter[field] === undefined || filter[field] === record[field]);
}

/**
 * Stops a job: a queued one at once, a running one with its worker's next heartbeat, one of
 * another app with its next ticket.
 *
 * @throws Failure `not-found`, `job-already-ended`
 */
export async function cancelJob(systems: Systems, jobId: string, caller: string): Promise<JobRecord> {
  for (;;) {
    const found = isJobId(jobId) ? await systems.jobLedger.read(jobId) : undefined;
    if (found === undefined) throw new Failure('not-found', 'jobId: no such job');
    const { record, version } = found;
    if (hasEnded(record)) throw new Failure('job-already-ended', `the job has ended: ${record.state}`, { jobId });
    const wished = { ...record, cancelRequestedBy: caller };
    // what a job has begun only its own app can put in order: it finds the wish with the next ticket
    if (record.state === 'running' || !runsKind(systems.settings.get('APP_ROLE'), record.kind)) {
      if ((await systems.jobLedger.update(wished, version)) !== undefined) return wished;
      continue;
    }
    const result = await OPERATIONS[record.kind].abandon(systems, record);
    const outcome = result ?? new Failure('canceled', `canceled by ${caller}`);
    const canceled = ended(wished, outcome, systems.clock.now());
    if ((await systems.jobLedger.update(canceled, version)) === undefined) continue;
    await tellEnd(systems, canceled);
    return canceled;
  }
}
