import { asFailure, Failure } from '../domain/failure';
import { hasEnded, type JobProgress, type JobRecord, type JobResult } from '../domain/job';
import type { DatabaseLock } from '../systems/database-lock/database-lock';
import type { Systems } from '../systems/systems';
import { JobClaim } from './job-claim';
import { endJob, giveJobBack } from './end-job';
import { OPERATIONS } from './job-operations';
import type { JobRun } from './job-run';

/** Long enough for a stopping host to stop listening, so that it does not take its own job again. */
const SHUT_DOWN_DELAY_SECONDS = 5;

/** What became of a ticket. Whatever it is, the ticket is done with: further work has a ticket of its own. */
export type TicketOutcome = 'unknown-job' | 'already-ended' | 'already-running' | 'waiting' | JobRecord['state'];

/**
 * Runs a job for a ticket: takes the lock of its database, claims the record, runs its operation while renewing both,
 * and writes how it ended. One of the three places where failures end (house-style.md, "Errors are a table").
 *
 * @throws only when the job could not be recorded at all (the state storage is down): the host then delivers the ticket
 * again, and in the end `deadTicket` records the failure
 */
export async function runJob(systems: Systems, jobId: string, shutdown: AbortSignal): Promise<TicketOutcome> {
  const found = await systems.jobLedger.read(jobId);
  if (found === undefined) return 'unknown-job';
  if (hasEnded(found.record)) return 'already-ended';
  const { database } = found.record;
  const lock = await systems.databaseLocks.acquire(database, jobId);
  if (lock === undefined) return queueBehind(systems, jobId, database);
  try {
    const owner = `${jobId}#${found.record.attempt + 1}#${systems.clock.now().getTime().toString(36)}`;
    const taken = await JobClaim.take(systems, jobId, owner);
    if (taken === undefined) return 'already-ended';
    const { claim, decision } = taken;
    if (decision.next === 'cancel') {
      return await endJob(systems, claim, canceledBy(claim.record));
    }
    if (decision.next === 'give-up') {
      return await endJob(systems, claim, new Failure('killed-repeatedly', decision.detail, { hint: byHand(jobId) }));
    }
    return await work(systems, claim, lock, shutdown);
  } finally {
    await lock.release();
  }
}

/** Another worker has the lock: with this very job the ticket is a double one; with another job this one waits. */
async function queueBehind(systems: Systems, jobId: string, database: string): Promise<TicketOutcome> {
  const holder = await systems.databaseLocks.holder(database);
  if (holder === jobId) return 'already-running';
  const delaySeconds = systems.settings.get('JOB_WAIT_SECONDS');
  const found = await systems.jobLedger.read(jobId);
  if (found === undefined || hasEnded(found.record)) return 'already-ended';
  const ticketDueAt = new Date(systems.clock.now().getTime() + delaySeconds * 1000).toISOString();
  const { waitingFor: _earlier, ...record } = found.record;
  const waiting = { ...record, ticketDueAt, ...(holder === undefined ? {} : { waitingFor: holder }) };
  await systems.jobLedger.update(waiting, found.version);
  await systems.jobQueue.announce(jobId, delaySeconds);
  return 'waiting';
}

async function work(
  systems: Systems,
  claim: JobClaim,
  lock: DatabaseLock,
  shutdown: AbortSignal,
): Promise<TicketOutcome> {
  const stop = new AbortController();
  const onShutdown = (): void => stop.abort(new Failure('shut-down', 'the host is stopping'));
  shutdown.addEventListener('abort', onShutdown, { once: true });
  if (shutdown.aborted) onShutdown();
  const progress = { current: claim.record.progress };
  const heart = startHeartbeat(systems, claim, lock, progress, stop);
  const deadlineMinutes = systems.settings.get('JOB_DEADLINE_MINUTES');
  const deadline = setTimeout(
    () => stop.abort(new Failure('deadline-exceeded', `the job ran for ${deadlineMinutes} minutes`)),
    Math.min(deadlineMinutes * 60_000, 2 ** 31 - 1),
  );
  let outcome: JobResult | Failure;
  try {
    outcome = await OPERATIONS[claim.record.kind].run(systems, jobRun(claim, progress, stop.signal));
  } catch (error) {
    if (!(error instanceof Failure)) systems.log.error('defect', { jobId: claim.record.jobId, stack: stackOf(error) });
    // a stop often shows as some other failure of what was interrupted
    outcome = stop.signal.aborted ? asFailure(stop.signal.reason) : asFailure(error);
  } finally {
    clearTimeout(deadline);
    shutdown.removeEventListener('abort', onShutdown);
    await heart.stop();
  }
  return conclude(systems, claim, outcome);
}

async function conclude(systems: Systems, claim: JobClaim, outcome: JobResult | Failure): Promise<TicketOutcome> {
  const { record } = claim;
  if (!(outcome instanceof Failure)) return endJob(systems, claim, outcome);
  if (outcome.code === 'claim-lost') {
    // whoever has it now goes on; if nobody has, this ticket makes somebody
    systems.log.warn('claim-lost', { jobId: record.jobId, detail: outcome.detail });
    await systems.jobQueue.announce(record.jobId, systems.settings.get('JOB_HEARTBEAT_SECONDS'));
    return 'running';
  }
  if (outcome.code === 'shut-down') {
    return giveJobBack(systems, claim, outcome, SHUT_DOWN_DELAY_SECONDS, { givenBack: record.givenBack + 1 });
  }
  if (outcome.retryable && record.retries < systems.settings.get('JOB_RETRY_LIMIT')) {
    const delaySeconds = systems.settings.get('JOB_RETRY_DELAY_SECONDS');
    return giveJobBack(systems, claim, outcome, delaySeconds, { retries: record.retries + 1 });
  }
  return endJob(systems, claim, outcome);
}

/** Renews lock and record, brings progress to the record, and notices a wish to cancel. */
function startHeartbeat(
  systems: Systems,
  claim: JobClaim,
  lock: DatabaseLock,
  progress: { readonly current: JobProgress },
  stop: AbortController,
): { stop(): Promise<void> } {
  let beating: Promise<void> = Promise.resolve();
  const leaseMs = systems.settings.get('JOB_LEASE_SECONDS') * 1000;
  let renewedAt = performance.now();
  const beat = async (): Promise<void> => {
    const begun = performance.now();
    try {
      await lock.renew();
      renewedAt = begun;
      const record = await claim.heartbeat(progress.current);
      if (record.cancelRequestedBy !== undefined) stop.abort(canceledBy(record));
    } catch (error) {
      const failure = asFailure(error);
      // a storage hiccup is survived while the lease lasts; a lease that ran out is anybody's
      if (failure.code === 'claim-lost' || performance.now() - renewedAt > leaseMs) {
        stop.abort(new Failure('claim-lost', failure.detail));
      }
    }
  };
  let isBeating = false;
  const timer = setInterval(
    () => {
      if (isBeating) return;
      isBeating = true;
      beating = beat().finally(() => (isBeating = false));
    },
    systems.settings.get('JOB_HEARTBEAT_SECONDS') * 1000,
  );
  return {
    stop: async () => {
      clearInterval(timer);
      await beating;
    },
  };
}

function jobRun(claim: JobClaim, progress: { current: JobProgress }, signal: AbortSignal): JobRun {
  return {
    get record() {
      return claim.record;
    },
    signal,
    note: async (notes) => {
      await claim.change((record) => ({ ...record, notes: { ...record.notes, ...notes } }));
    },
    progress: (news) => {
      progress.current = { phase: progress.current.phase, ...news };
    },
    phase: async <T>(name: string, perform: () => Promise<T>): Promise<T> => {
      if (name in claim.record.phasesDone) return claim.record.phasesDone[name] as T;
      signal.throwIfAborted();
      progress.current = { phase: name };
      await claim.heartbeat(progress.current);
      const output = await perform();
      signal.throwIfAborted();
      await claim.change((record) => ({
        ...record,
        progress: progress.current,
        phasesDone: { ...record.phasesDone, [name]: output ?? null },
      }));
      return output;
    },
  };
}

const canceledBy = (record: JobRecord): Failure =>
  new Failure('canceled', `canceled by ${record.cancelRequestedBy ?? 'a caller'}`);
const byHand = (jobId: string): string => `run it where nothing ends it: npm run job -- ${jobId}`;
const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
