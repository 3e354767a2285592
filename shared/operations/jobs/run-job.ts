import { runsKind } from '../../domain/access/app-role';
import { asFailure, Failure } from '../../domain/failure';
import { hasEnded, type JobProgress, type JobRecord, type JobResult } from '../../domain/jobs/job';
import { Later } from '../../domain/jobs/later';
import { lockOf, type LockName } from '../../domain/jobs/job-lock';
import type { JobLock } from '../../systems/job-lock/job-lock';
import type { Systems } from '../../systems/systems';
import { JobClaim } from './job-claim';
import { endJob, giveJobBack, returnTicket } from './end-job';
import { OPERATIONS } from './job-operations';
import type { JobRun } from './job-run';
import { type JobTiming, readTiming, WAIT_SECONDS } from './job-timing';

/** Long enough for a stopping host to stop listening, so that it does not take its own job again. */
const SHUT_DOWN_DELAY_SECONDS = 5;

/** What became of a ticket. Whatever it is, the ticket is done with: further work has a ticket of its own. */
export type TicketOutcome =
  'unknown-job' | 'of-another-app' | 'already-ended' | 'already-running' | 'waiting' | JobRecord['state'];

/**
 * Runs a job for a ticket: takes its lock, claims the record, runs its operation while renewing both,
 * and writes how it ended. One of the three places where failures end (house-style.md, "Errors are a table").
 *
 * @throws only when the job could not be recorded at all (the state storage is down): the host then delivers the ticket
 * again, and in the end `deadTicket` records the failure
 */
export async function runJob(systems: Systems, jobId: string, shutdown: AbortSignal): Promise<TicketOutcome> {
  const found = await systems.jobLedger.read(jobId);
  if (found === undefined) return 'unknown-job';
  if (hasEnded(found.record)) return 'already-ended';
  if (!runsKind(systems.settings.get('APP_ROLE'), found.record.kind)) {
    // a ticket of before the work was divided, or a forged one: the other app's tick announces the job to its own queue
    systems.log.warn('ticket-of-another-app', { jobId, kind: found.record.kind });
    return 'of-another-app';
  }
  const lockName = lockOf(found.record);
  const timing = readTiming(systems.settings);
  const lock = await systems.jobLocks.acquire(lockName, jobId);
  if (lock === undefined) return queueBehind(systems, jobId, lockName, found.record.state);
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
    if (timing instanceof Failure) return await endJob(systems, claim, timing);
    return await work(systems, { claim, lock, timing }, shutdown);
  } finally {
    await lock.release();
  }
}

/** A claimed job with what it needs to keep its claim. */
interface HeldJob {
  readonly claim: JobClaim;
  readonly lock: JobLock;
  readonly timing: JobTiming;
}

/** Another worker has the lock: with this very job the ticket is a double one; with another job this one waits. */
async function queueBehind(
  systems: Systems,
  jobId: string,
  lockName: LockName,
  state: JobRecord['state'],
): Promise<TicketOutcome> {
  const holder = await systems.jobLocks.holder(lockName);
  // the lock may still carry the name of its last job, so the record has to agree
  if (holder === jobId && state === 'running') return 'already-running';
  const timing = readTiming(systems.settings);
  const delaySeconds = timing instanceof Failure ? WAIT_SECONDS : timing.waitSeconds;
  const found = await systems.jobLedger.read(jobId);
  if (found === undefined || hasEnded(found.record)) return 'already-ended';
  const ticketDueAt = new Date(systems.clock.now().getTime() + delaySeconds * 1000).toISOString();
  const { waitingFor: _earlier, ...record } = found.record;
  const waiting = {
    ...record,
    ticketDueAt,
    ...(holder === undefined || holder === jobId ? {} : { waitingFor: holder }),
  };
  await systems.jobLedger.update(waiting, found.version);
  await systems.jobQueue.announce(jobId, delaySeconds);
  return 'waiting';
}

async function work(systems: Systems, held: HeldJob, shutdown: AbortSignal): Promise<TicketOutcome> {
  const { claim, timing } = held;
  const stop = new AbortController();
  const onShutdown = (): void => stop.abort(new Failure('shut-down', 'the host is stopping'));
  shutdown.addEventListener('abort', onShutdown, { once: true });
  if (shutdown.aborted) onShutdown();
  const progress = { current: claim.record.progress };
  const stopHeartbeat = startHeartbeat(held, progress, stop);
  const { deadlineMinutes } = timing;
  const deadline = setTimeout(
    () => stop.abort(new Failure('deadline-exceeded', `the job ran for ${deadlineMinutes} minutes`)),
    Math.min(deadlineMinutes * 60_000, 2 ** 31 - 1),
  );
  let outcome: JobResult | Later | Failure;
  try {
    outcome = await OPERATIONS[claim.record.kind].run(systems, jobRun(claim, progress, stop.signal));
  } catch (error) {
    if (!(error instanceof Failure)) systems.log.error('defect', { jobId: claim.record.jobId, stack: stackOf(error) });
    // a stop often shows as some other failure of what was interrupted
    outcome = stop.signal.aborted ? asFailure(stop.signal.reason) : asFailure(error);
  } finally {
    clearTimeout(deadline);
    shutdown.removeEventListener('abort', onShutdown);
    stopHeartbeat();
  }
  return conclude(systems, held, outcome);
}

async function conclude(systems: Systems, held: HeldJob, outcome: JobResult | Later | Failure): Promise<TicketOutcome> {
  const { claim, timing } = held;
  const { record } = claim;
  if (outcome instanceof Later) return returnTicket(systems, claim, outcome);
  if (!(outcome instanceof Failure)) return endJob(systems, claim, outcome);
  if (outcome.code === 'claim-lost') {
    // whoever has it now goes on; if nobody has, this ticket makes somebody
    systems.log.warn('claim-lost', { jobId: record.jobId, detail: outcome.detail });
    await systems.jobQueue.announce(record.jobId, Math.ceil(timing.heartbeatSeconds));
    return 'running';
  }
  if (outcome.code === 'shut-down') {
    return giveJobBack(systems, claim, outcome, SHUT_DOWN_DELAY_SECONDS, { givenBack: record.givenBack + 1 });
  }
  if (outcome.retryable && record.retries < timing.retryLimit) {
    return giveJobBack(systems, claim, outcome, timing.retryDelaySeconds, { retries: record.retries + 1 });
  }
  return endJob(systems, claim, outcome);
}

/**
 * Renews lock and record, brings progress to the record, and notices a wish to cancel. A beat that hangs does not hide a
 * lease that has run out: the local clock tells.
 *
 * @returns what stops it; a write on its way then comes before the next one, and no other is begun
 */
function startHeartbeat(
  { claim, lock, timing }: HeldJob,
  progress: { readonly current: JobProgress },
  stop: AbortController,
): () => void {
  const leaseMs = timing.leaseSeconds * 1000;
  let renewedAt = performance.now();
  let isBeating = false;
  let isStopped = false;
  const beat = async (): Promise<void> => {
    const begun = performance.now();
    try {
      await lock.renew();
      renewedAt = begun;
      if (isStopped) return;
      const record = await claim.heartbeat(progress.current);
      if (record.cancelRequestedBy !== undefined) stop.abort(canceledBy(record));
    } catch (error) {
      // a storage hiccup is survived while the lease lasts
      const failure = asFailure(error);
      if (failure.code === 'claim-lost') stop.abort(failure);
    } finally {
      isBeating = false;
    }
  };
  const timer = setInterval(() => {
    if (performance.now() - renewedAt > leaseMs) {
      stop.abort(new Failure('claim-lost', 'the lock could not be renewed before its lease ran out'));
    }
    if (isBeating) return;
    isBeating = true;
    void beat();
  }, timing.heartbeatSeconds * 1000);
  return () => {
    isStopped = true;
    clearInterval(timer);
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
      const begunAt = performance.now();
      const output = await perform();
      signal.throwIfAborted();
      if (output instanceof Later) return output;
      const tookMs = Math.round(performance.now() - begunAt);
      await claim.change((record) => ({
        ...record,
        progress: progress.current,
        phasesDone: { ...record.phasesDone, [name]: output ?? null },
        phaseMs: { ...record.phaseMs, [name]: tookMs },
      }));
      return output;
    },
  };
}

const canceledBy = (record: JobRecord): Failure =>
  new Failure('canceled', `canceled by ${record.cancelRequestedBy ?? 'a caller'}`);
const byHand = (jobId: string): string => `run it where nothing ends it: npm run job -- ${jobId}`;
const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
