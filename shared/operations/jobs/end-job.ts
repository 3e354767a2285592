import { Failure } from '../../domain/failure';
import type { JobRecord, JobResult, JobState } from '../../domain/jobs/job';
import type { Later } from '../../domain/jobs/later';
import type { Systems } from '../../systems/systems';
import type { JobClaim } from './job-claim';
import { OPERATIONS } from './job-operations';

/** Writes the end of a job: what it leaves behind is put in order first, then the record, then telemetry. */
export async function endJob(systems: Systems, claim: JobClaim, outcome: JobResult | Failure): Promise<JobState> {
  let end = outcome;
  if (end instanceof Failure) {
    // a cancel or a failure after the commit record was written comes too late: the backup is there and good
    end = (await tidyUp(systems, claim.record)) ?? end;
  }
  const record = await claim.change((current) => ended(current, end, systems.clock.now()));
  await tellEnd(systems, record);
  return record.state;
}

/** One log line and one event for each job that has ended, wherever its end was written. */
export async function tellEnd(systems: Pick<Systems, 'log' | 'telemetry'>, record: JobRecord): Promise<void> {
  systems.log[record.state === 'failed' ? 'error' : 'info'](`job-${record.state}`, {
    jobId: record.jobId,
    kind: record.kind,
    database: record.database,
    code: record.error?.code,
    detail: record.error?.detail,
  });
  await reportEnd(systems, record);
}

/** A dead ticket or a repeated kill also ends here, without a running operation. */
export function ended(current: JobRecord, outcome: JobResult | Failure, now: Date): JobRecord {
  const { waitingFor: _waited, owner: _owner, error: _error, ...rest } = current;
  const finished = { ...rest, finishedAt: now.toISOString() };
  if (!(outcome instanceof Failure)) {
    return { ...finished, state: 'succeeded', result: outcome, progress: { phase: 'done', percent: 100 } };
  }
  const error = { code: outcome.code, detail: outcome.detail, hint: outcome.hint };
  return { ...finished, state: outcome.code === 'canceled' ? 'canceled' : 'failed', error };
}

/** Puts the job back into the queue: its next worker goes on from the last finished phase. */
export async function giveJobBack(
  systems: Systems,
  claim: JobClaim,
  why: Failure,
  delaySeconds: number,
  counts: Pick<Partial<JobRecord>, 'retries' | 'givenBack'>,
): Promise<JobState> {
  const { jobId } = claim.record;
  const ticketDueAt = new Date(systems.clock.now().getTime() + delaySeconds * 1000).toISOString();
  await claim.change((current) => {
    const { owner: _owner, ...rest } = current;
    const error = { code: why.code, detail: why.detail, hint: why.hint };
    return { ...rest, ...counts, state: 'queued', ticketDueAt, error };
  });
  systems.log.warn('job-given-back', { jobId, code: why.code, detail: why.detail, delaySeconds });
  await systems.jobQueue.announce(jobId, delaySeconds);
  return 'queued';
}

/**
 * Puts the job aside until something outside has gone on. A wish to cancel that came meanwhile stays in the record: the next
 * worker carries it out first.
 */
export async function returnTicket(systems: Systems, claim: JobClaim, later: Later): Promise<JobState> {
  const { jobId } = claim.record;
  const { delaySeconds, message } = later;
  const ticketDueAt = new Date(systems.clock.now().getTime() + delaySeconds * 1000).toISOString();
  await claim.change((current) => {
    const { owner: _owner, ...rest } = current;
    return { ...rest, state: 'queued', ticketDueAt, progress: { phase: current.progress.phase, message } };
  });
  await systems.jobQueue.announce(jobId, delaySeconds);
  return 'queued';
}

async function tidyUp(systems: Systems, record: JobRecord): Promise<JobResult | undefined> {
  try {
    return await OPERATIONS[record.kind].abandon(systems, record);
  } catch (error) {
    systems.log.warn('tidy-up-failed', {
      jobId: record.jobId,
      why: error instanceof Failure ? error.message : 'defect',
    });
    return undefined;
  }
}

async function reportEnd(systems: Pick<Systems, 'telemetry'>, record: JobRecord): Promise<void> {
  const { jobId, kind, database = '', state } = record;
  const durationMs = Date.parse(record.finishedAt ?? '') - Date.parse(record.startedAt ?? record.requestedAt);
  await systems.telemetry.event(
    'JobEnded',
    { jobId, kind, database, state, code: record.error?.code ?? '' },
    { durationMs, ...sizeAndRate(record), ...phaseTimes(record) },
  );
}

function sizeAndRate(record: JobRecord): Record<string, number> {
  const sizeBytes = record.result?.['sizeBytes'];
  if (typeof sizeBytes !== 'number') return {};
  const tookMs = record.phaseMs?.['dump'] ?? record.phaseMs?.['verify'];
  return { sizeBytes, ...(tookMs ? { bytesPerSecond: Math.round((sizeBytes / tookMs) * 1000) } : {}) };
}

function phaseTimes({ phaseMs = {} }: JobRecord): Record<string, number> {
  return Object.fromEntries(Object.entries(phaseMs).map(([phase, ms]) => [`${phase}Ms`, ms]));
}
