import { blamesBackup, type DrillEvidence, type DrillRequest } from '../../domain/drills/drill';
import { asFailure, Failure } from '../../domain/failure';
import type { JobRecord, JobResult, JobWarning } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { abandonServer, deleteServer } from '../point-in-time/delete-server';
import { dropDatabasesOf } from '../restore/own-databases';
import { drillAddress, type DrillPlace, drillPlace } from './drill-place';
import { rehearsePointInTime } from './rehearse-point-in-time';
import { rehearseDump } from './rehearse-dump';
import { type Findings, nothingFound, saveEvidence } from './save-evidence';
import { type TimedRun, timedRun } from './timed-run';

/** Ends of an attempt that are not the drill's: another worker goes on, with what was made as it is. */
const GOES_ON = ['claim-lost', 'shut-down'];

/** A failed drill first takes away the server that it has made; meanwhile the record keeps what it failed of. */
const FAILED = 'drillFailure';
/** The phase that a drill which passed ends with; its result is kept while what it has made is taken away. */
const PASSED = 'evidence';
type NotedFailure = Pick<Failure, 'code' | 'detail' | 'hint'>;

/**
 * Rehearses a way back, writes down how it went, well or badly, and takes away what it has made: a scratch database, or the
 * server that it was on. Only what says something of a stored backup marks it as damaged. Waits for Azure return the ticket.
 *
 * @throws Failure whatever made the drill fail, after the evidence is written and the server is gone
 */
export async function runDrill(systems: Systems, run: JobRun): Promise<JobResult | Later> {
  const timed = timedRun(systems.clock, run);
  const failed = run.record.notes[FAILED] as NotedFailure | undefined;
  if (failed !== undefined) return failAtLast(systems, timed, failed);
  const passed = run.record.phasesDone[PASSED] as JobResult | undefined;
  if (passed !== undefined) return takeAway(systems, timed, passed);
  const { source } = run.record.request as unknown as DrillRequest;
  const findings = nothingFound(source === 'pitr' ? 'pitr' : 'dump');
  let result: JobResult;
  try {
    const waits =
      source === 'pitr'
        ? await rehearsePointInTime(systems, timed, findings)
        : await rehearseDump(systems, timed, placeOf(systems, run.record), findings);
    if (waits !== undefined) return waits;
    const evidence = await saveEvidence(systems, timed, findings, undefined);
    result = await run.phase(PASSED, () => Promise.resolve(resultOf(evidence)));
  } catch (error) {
    const failure = run.signal.aborted ? asFailure(run.signal.reason) : asFailure(error);
    if (GOES_ON.includes(failure.code)) throw error;
    await recordFailure(systems, timed, findings, failure);
    if (run.signal.aborted || !hasAskedForServer(run.record) || isTriedAgain(systems, run, failure)) throw error;
    const noted: NotedFailure = { code: failure.code, detail: failure.detail, hint: failure.hint };
    await run.note({ [FAILED]: noted });
    return failAtLast(systems, timed, noted);
  }
  return takeAway(systems, timed, result);
}

/** Takes away what a drill that failed or was canceled has left. */
export async function abandonDrill(systems: Systems, record: JobRecord): Promise<undefined> {
  if (hasAskedForServer(record)) {
    await abandonServer(systems, record, drillAddress(systems, record));
    return undefined;
  }
  const server = systems.databases.drillServer(databaseOf(record));
  if (server !== undefined) await dropDatabasesOf(systems, server, record.jobId);
  return undefined;
}

const hasAskedForServer = (record: JobRecord): boolean => record.notes['askedAt'] !== undefined;

/** A drill that has a server of its own stays there, whatever is configured meanwhile. */
const placeOf = (systems: Systems, record: JobRecord): DrillPlace =>
  hasAskedForServer(record) ? { kind: 'temporary' } : drillPlace(systems, databaseOf(record));

function resultOf(evidence: DrillEvidence): JobResult {
  const { verdict, recoverySeconds, recoveryPointSeconds, warnings, kind, backup, moment } = evidence;
  const what = moment === null ? { backupId: backup?.backupId ?? '' } : { pointInTime: moment.pointInTime };
  return { kind, verdict, evidence: evidence.id, ...what, recoverySeconds, recoveryPointSeconds, warnings };
}

/** After a drill that passed: the scratch database, or the server. A server that stays undoes nothing that was proven. */
async function takeAway(systems: Systems, run: TimedRun, result: JobResult): Promise<JobResult | Later> {
  if (!hasAskedForServer(run.record)) {
    await abandonDrill(systems, run.record);
    return result;
  }
  const deleted = await tryDelete(systems, run);
  if (deleted instanceof Later) return deleted;
  if (deleted === undefined) return result;
  const warning: JobWarning = { code: 'server-not-deleted', detail: deleted.detail };
  return { ...result, warnings: [...result.warnings, warning] };
}

/** What the drill failed of is what is told, whatever becomes of its server. */
async function failAtLast(systems: Systems, run: TimedRun, failed: NotedFailure): Promise<Later> {
  const deleted = await tryDelete(systems, run);
  if (deleted instanceof Later) return deleted;
  throw new Failure(failed.code, failed.detail, { hint: failed.hint });
}

/** Gives back why the server could not be deleted, when nothing is left to try. */
async function tryDelete(systems: Systems, run: TimedRun): Promise<undefined | Later | Failure> {
  try {
    const deleted = await run.phase('delete', () => deleteServer(systems, run, drillAddress(systems, run.record)));
    return deleted ?? undefined;
  } catch (error) {
    const failure = asFailure(error);
    if (run.signal.aborted || GOES_ON.includes(failure.code) || isTriedAgain(systems, run, failure)) throw error;
    return failure;
  }
}

/** Whether the engine gives the job back for another attempt, which finds the server as it is. */
const isTriedAgain = (systems: Systems, run: JobRun, failure: Failure): boolean =>
  failure.retryable && run.record.retries < systems.settings.get('JOB_RETRY_LIMIT');

async function recordFailure(systems: Systems, run: TimedRun, findings: Findings, failure: Failure): Promise<void> {
  const { backup } = findings;
  if (backup !== null && blamesBackup(failure)) {
    const damaged = { at: systems.clock.now().toISOString(), detail: failure.message, jobId: run.record.jobId };
    await systems.backupStates.change(backup.backupId, () => ({ damaged }));
  }
  await saveEvidence(systems, run, findings, failure);
}
