import type { DrillCheck } from '../../domain/drills/drill';
import { recentMoment } from '../../domain/drills/pitr-drill';
import { Failure } from '../../domain/failure';
import type { JobWarning } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { ParityItem } from '../../domain/point-in-time/parity';
import type { PgConnection } from '../../domain/pg-connection';
import type { Systems } from '../../systems/systems';
import { awaitServer, type ServerReady } from '../point-in-time/await-server';
import { findSourceServer, restorePlaces } from '../point-in-time/azure-places';
import { beginClone } from '../point-in-time/begin-clone';
import { matchNetwork, matchParameters } from '../point-in-time/match-clone';
import { quietClone } from '../point-in-time/quiet-clone';
import { differs } from '../restore/compare-restored';
import { type ComparedMoment, compareWithBackup } from './compare-moment';
import { runDrillChecks } from './drill-checks';
import { drillAddress } from './drill-place';
import type { Findings } from './save-evidence';
import type { TimedRun } from './timed-run';

/** What the comparison leaves beside the record: too long for it. */
const MOMENT_FACTS = 'drilled-moment';

/**
 * Restores the database's server to a recent moment as a new one, exactly as `pitr-restore` does, and looks at what is on it:
 * every row is read once, the tables are those of the newest backup of before, the owner's questions are asked. What is found
 * out goes to `findings` at once. The source is only read.
 *
 * @throws Failure `restore-differs`, `drill-check-failed`, `outside-restore-window`, and those of a point-in-time restore
 */
export async function rehearsePointInTime(
  systems: Systems,
  run: TimedRun,
  findings: Findings,
): Promise<undefined | Later> {
  const { source } = restorePlaces(systems, databaseOf(run.record));
  const made = drillAddress(systems, run.record);
  const chosen = await run.phase('choose', () => chooseMoment(systems, run));
  findings.temporaryServer = made.server;
  findings.moment = { ...chosen, lastCommitAt: null, comparedWith: null };
  const request = { pointInTime: chosen.pointInTime, targetServer: made.server, then: 'export' } as const;
  const begun = await run.phase('begin', () => beginClone(systems, run, request));
  if (begun instanceof Later) return begun;
  const ready = await run.phase('restore', () => awaitServer(systems, run, made, begun.askedAt));
  if (ready instanceof Later) return ready;
  const network = await run.phase('network', () => matchNetwork(systems, run, source, made));
  if (network instanceof Later) return network;
  const quieted = await run.phase('quiet', () => quietAndAsk(systems, run, ready));
  const parity = await run.phase('parameters', () => matchParameters(systems, run, source, made));
  if (parity instanceof Later) return parity;
  findings.warnings = parity.filter(({ outcome }) => outcome === 'not-applied').map(notApplied);
  const connection = readerOn(systems, run, ready);
  await run.phase('compare', async () => {
    const compared = await compareWithBackup(systems, run, connection, chosen.pointInTime);
    await systems.jobLedger.saveFacts(run.record.jobId, MOMENT_FACTS, compared);
  });
  const compared = (await systems.jobLedger.readFacts(run.record.jobId, MOMENT_FACTS)) as ComparedMoment;
  const { comparedWith, warnings, serverVersion } = compared;
  findings.moment = { ...chosen, lastCommitAt: quieted.lastCommitAt, comparedWith };
  findings.server = { host: ready.host, version: serverVersion };
  findings.comparedTables = compared.tables;
  findings.warnings = [...findings.warnings, ...warnings];
  if (compared.differences.length > 0) throw differs(compared.differences);
  findings.checks = await run.phase('checks', () => ask(systems, run, connection, compared));
  const failed = findings.checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return undefined;
  throw new Failure('drill-check-failed', failed.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
}

interface Chosen {
  readonly sourceServer: string;
  readonly windowFrom: string;
  readonly pointInTime: string;
}

async function chooseMoment(systems: Systems, run: TimedRun): Promise<Chosen> {
  const server = await findSourceServer(systems, databaseOf(run.record), run.signal);
  const age = systems.settings.get('DRILL_MOMENT_AGE_SECONDS');
  const pointInTime = recentMoment(systems.clock.now(), server.name, server.earliestRestoreAt, age);
  return { sourceServer: server.name, windowFrom: server.earliestRestoreAt ?? '', pointInTime };
}

const LAST_COMMIT = `select to_char(pg_catalog.pg_last_xact_replay_timestamp() at time zone 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`;

/** The server forgets its last replayed commit when it starts anew, so it is asked before static parameters are set. */
async function quietAndAsk(
  systems: Systems,
  run: TimedRun,
  ready: ServerReady,
): Promise<{ readonly lastCommitAt: string | null }> {
  await quietClone(systems, run, ready, false);
  const [row] = await systems.pgQuestions.rows(
    readerOn(systems, run, ready),
    { select: LAST_COMMIT, limit: 1 },
    run.signal,
  );
  return { lastCommitAt: row?.['at'] ?? null };
}

/** The login that takes backups, on the restored server. */
function readerOn(systems: Systems, run: TimedRun, { host }: ServerReady): PgConnection {
  return { ...systems.databases.find(databaseOf(run.record)).connection, host };
}

function ask(
  systems: Systems,
  run: TimedRun,
  connection: PgConnection,
  { tables, searchPath }: ComparedMoment,
): Promise<DrillCheck[]> {
  return runDrillChecks(systems, run, { tables, searchPath: searchPath ?? undefined }, connection);
}

const notApplied = ({ kind, name, detail }: ParityItem): JobWarning => ({
  code: 'parity-not-applied',
  detail: `${kind} ${name}: ${detail ?? ''}`,
});
