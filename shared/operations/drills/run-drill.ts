import {
  blamesBackup,
  chooseForDrill,
  type DrillCheck,
  type DrilledBackup,
  type DrillEvidence,
  type DrillRequest,
  rolesOf,
  verdictOf,
} from '../../domain/drills/drill';
import { drillPage } from '../../domain/drills/drill-page';
import { asFailure, Failure } from '../../domain/failure';
import type { JobRecord, JobResult } from '../../domain/jobs/job';
import { slug } from '../../domain/jobs/job-id';
import { databaseOf } from '../../domain/jobs/job-lock';
import type { Manifest } from '../../domain/backup/manifest';
import type { PgConnection } from '../../domain/pg-connection';
import type { Systems } from '../../systems/systems';
import { runDrillChecks } from './drill-checks';
import { findBackup } from '../catalog/find-backup';
import type { JobRun } from '../jobs/job-run';
import { dropDatabasesOf } from '../restore/own-databases';
import { listBackups } from '../catalog/read-backups';
import { type RestoredDatabase, restoreIntoNewDatabase } from '../restore/restore-into-new-database';
import { type TimedRun, timedRun } from './timed-run';

/** Ends of an attempt that are not the drill's: another worker goes on, with the scratch database as it is. */
const GOES_ON = ['claim-lost', 'shut-down'];

/** What a drill has found out so far; what it has not is still null. */
interface Findings {
  backup: DrilledBackup | null;
  manifest: Manifest | null;
  server: DrillEvidence['server'];
  scratchDatabase: string | null;
  restored: RestoredDatabase | null;
  checks: readonly DrillCheck[];
}

/**
 * Restores a backup into a scratch database, compares it with its manifest, asks it the owner's questions, drops it and
 * writes down how it went, well or badly. Only what says something of the backup marks it as damaged.
 *
 * @throws Failure whatever made the drill fail, after the evidence is written
 */
export async function runDrill(systems: Systems, run: JobRun): Promise<JobResult> {
  const timed = timedRun(systems.clock, run);
  const findings: Findings = {
    ...{ backup: null, manifest: null, server: null, scratchDatabase: null, restored: null },
    checks: [],
  };
  try {
    const server = drillServer(systems, databaseOf(run.record));
    await rehearse(systems, timed, server, findings);
    await dropDatabasesOf(systems, server, run.record.jobId);
  } catch (error) {
    const failure = run.signal.aborted ? asFailure(run.signal.reason) : asFailure(error);
    if (!GOES_ON.includes(failure.code)) await recordFailure(systems, timed, findings, failure);
    throw error;
  }
  const evidence = await saveEvidence(systems, timed, findings, undefined);
  const { verdict, recoverySeconds, recoveryPointSeconds, warnings } = evidence;
  const backupId = findings.backup?.backupId ?? '';
  return { verdict, evidence: evidence.id, backupId, recoverySeconds, recoveryPointSeconds, warnings };
}

/** Drops what a drill that failed or was canceled has left. */
export async function abandonDrill(systems: Systems, record: JobRecord): Promise<undefined> {
  await dropDatabasesOf(systems, drillServer(systems, databaseOf(record)), record.jobId);
  return undefined;
}

/** @throws Failure `not-configured` */
export function drillServer(systems: Pick<Systems, 'databases'>, name: string): PgConnection {
  const server = systems.databases.drillServer(name);
  if (server !== undefined) return server;
  throw new Failure('not-configured', 'neither DRILL_DATABASE_URL nor DRILL_ON_SOURCE=true is set', {
    hint: 'set DRILL_DATABASE_URL to a login that may create databases on a server for drills',
  });
}

async function rehearse(systems: Systems, run: TimedRun, server: PgConnection, findings: Findings): Promise<void> {
  const request = run.record.request as unknown as DrillRequest;
  const backupId = await run.phase('choose', () => choose(systems, run, request));
  const { manifest } = await findBackup(systems, backupId);
  const target = await systems.pgQuestions.describe(server, run.signal);
  const tools = await systems.pgTools.choose(Math.max(manifest.tool.major, target.major));
  findings.manifest = manifest;
  findings.server = { host: server.host, version: target.version };
  findings.backup = {
    ...{ backupId, kind: manifest.kind, chosen: request.backupId === undefined ? request.source : 'named' },
    ...{ database: manifest.database, snapshotAt: manifest.snapshotAt },
    ...{ sizeBytes: manifest.dump.sizeBytes, sha256: manifest.dump.sha256 },
    ...{ serverVersion: manifest.server.version, pgDump: manifest.tool.pgDump, pgRestore: tools.version },
  };
  if ((await systems.dumpStore.head(manifest.dump.blob)) === undefined) {
    throw new Failure('dump-missing', `${manifest.dump.blob} is gone`);
  }
  const database = scratchName(run.record.jobId);
  findings.scratchDatabase = database;
  findings.restored = await restoreIntoNewDatabase(systems, run, {
    ...{ manifest, admin: server, serverMajor: target.major, database, tables: null, toastCompression: null },
    ...{ reads: 'stream', parallelJobs: 1, missingRoles: await missingRoles(systems, manifest, target.roles) },
  });
  findings.checks = await run.phase('checks', () => runDrillChecks(systems, run, manifest, { ...server, database }));
  const failed = findings.checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return;
  throw new Failure('drill-check-failed', failed.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
}

async function choose(systems: Systems, run: JobRun, request: DrillRequest): Promise<string> {
  if (request.backupId !== undefined) return request.backupId;
  const database = databaseOf(run.record);
  const { items } = await listBackups(systems, { database, state: 'verified', limit: Infinity });
  return chooseForDrill(items, database, request.source, Math.random);
}

/** A server for drills has not the roles of the source; what is theirs is left out and told. */
async function missingRoles(systems: Systems, manifest: Manifest, present: readonly string[]): Promise<string[]> {
  const globals = manifest.globals === undefined ? undefined : await systems.dumpStore.readText(manifest.globals.blob);
  const { owner } = manifest.databaseProperties;
  const known = new Set([...rolesOf(globals ?? ''), ...(owner === null ? [] : [owner])]);
  return [...known].filter((role) => !present.includes(role));
}

async function recordFailure(systems: Systems, run: TimedRun, findings: Findings, failure: Failure): Promise<void> {
  const { backup } = findings;
  if (backup !== null && blamesBackup(failure)) {
    const damaged = { at: systems.clock.now().toISOString(), detail: failure.message, jobId: run.record.jobId };
    await systems.backupStates.change(backup.backupId, () => ({ damaged }));
  }
  await saveEvidence(systems, run, findings, failure);
}

async function saveEvidence(
  systems: Systems,
  run: TimedRun,
  findings: Findings,
  failure: Failure | undefined,
): Promise<DrillEvidence> {
  const { record } = run;
  const { backup, manifest, restored } = findings;
  const phases = run.phaseSeconds();
  const startedAt = record.startedAt ?? record.requestedAt;
  const evidence: DrillEvidence = {
    evidenceVersion: 1,
    id: record.jobId,
    database: databaseOf(record),
    verdict: verdictOf(failure),
    failure: failure === undefined ? null : { code: failure.code, detail: failure.detail },
    ...{ requestedBy: record.requestedBy, startedAt, finishedAt: systems.clock.now().toISOString() },
    ...{ backup, server: findings.server, scratchDatabase: findings.scratchDatabase, phases },
    recoverySeconds: restored === null ? null : recoverySeconds(phases),
    recoveryPointSeconds: backup === null ? null : (Date.parse(startedAt) - Date.parse(backup.snapshotAt)) / 1000,
    compared: restored?.compared ?? null,
    tables: (manifest?.contents.tables ?? []).map(({ schema, name, rows, checksum }) => ({
      ...{ schema, name, rows, hasChecksum: checksum !== undefined },
    })),
    checks: findings.checks,
    warnings: restored?.warnings ?? [],
  };
  await systems.evidence.save(evidence, drillPage(evidence));
  return evidence;
}

const RECOVERY = ['restore', 'analyze', 'compare'];
const recoverySeconds = (phases: DrillEvidence['phases']): number =>
  phases.filter(({ phase }) => RECOVERY.includes(phase)).reduce((sum, { seconds }) => sum + seconds, 0);

/** `lifebook_drill_20261123t020000z_3f9a1c7e`. */
const scratchName = (jobId: string): string => `lifebook_drill_${slug(jobId)}`.slice(0, 63);
