import { chooseForDrill, type DrillRequest, rolesOf } from '../../domain/drills/drill';
import { Failure } from '../../domain/failure';
import { slug } from '../../domain/jobs/job-id';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { Manifest } from '../../domain/backup/manifest';
import type { PgConnection } from '../../domain/pg-connection';
import type { Systems } from '../../systems/systems';
import { type DrilledContents, runDrillChecks } from './drill-checks';
import { findOrMark } from '../catalog/find-backup';
import type { JobRun } from '../jobs/job-run';
import { listBackups } from '../catalog/read-backups';
import { restoreIntoNewDatabase } from '../restore/restore-into-new-database';
import { drillAddress, type DrillPlace } from './drill-place';
import { makeDrillServer } from './make-drill-server';
import type { Findings } from './save-evidence';
import type { TimedRun } from './timed-run';

/**
 * Restores a backup into a scratch database, compares it with its manifest and asks it the owner's questions. What is found
 * out goes to `findings` at once, so that it is known whatever fails later.
 *
 * @throws Failure `dump-missing`, `drill-check-failed`; those of `makeDrillServer` and `restoreIntoNewDatabase`
 */
export async function rehearseDump(
  systems: Systems,
  run: TimedRun,
  place: DrillPlace,
  findings: Findings,
): Promise<undefined | Later> {
  const request = run.record.request as unknown as DrillRequest;
  const backupId = await run.phase('choose', () => choose(systems, run, request));
  const { manifest } = await findOrMark(systems, backupId, run.record.jobId);
  findings.manifest = manifest;
  findings.backup = drilledBackup(manifest, request, 'not run');
  if ((await systems.dumpStore.head(manifest.dump.blob)) === undefined) {
    throw new Failure('dump-missing', `${manifest.dump.blob} is gone`);
  }
  const server = await serverOf(systems, run, place, findings);
  if (server instanceof Later) return server;
  const target = await systems.pgQuestions.describe(server, run.signal);
  const tools = await systems.pgTools.choose(Math.max(manifest.tool.major, target.major));
  findings.server = { host: server.host, version: target.version };
  findings.backup = drilledBackup(manifest, request, tools.version);
  const database = scratchName(run.record.jobId);
  findings.scratchDatabase = database;
  findings.restored = await restoreIntoNewDatabase(systems, run, {
    ...{ manifest, admin: server, serverMajor: target.major, database, tables: null, toastCompression: null },
    ...{ reads: 'stream', parallelJobs: 1, missingRoles: await missingRoles(systems, manifest, target.ownRoles) },
  });
  const contents = contentsOf(manifest);
  findings.checks = await run.phase('checks', () => runDrillChecks(systems, run, contents, { ...server, database }));
  const failed = findings.checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return undefined;
  throw new Failure('drill-check-failed', failed.map(({ name, detail }) => `${name}: ${detail}`).join('; '));
}

function contentsOf({ contents, databaseProperties }: Manifest): DrilledContents {
  const path = databaseProperties.settings.find(({ role, name }) => role === null && name === 'search_path');
  return { tables: contents.tables, searchPath: path?.value };
}

async function choose(systems: Systems, run: JobRun, request: DrillRequest): Promise<string> {
  if (request.backupId !== undefined) return request.backupId;
  const database = databaseOf(run.record);
  const { items } = await listBackups(systems, { database, state: 'verified', limit: Infinity });
  return chooseForDrill(items, database, request.source === 'random' ? 'random' : 'newest', Math.random);
}

function drilledBackup(manifest: Manifest, request: DrillRequest, pgRestore: string): NonNullable<Findings['backup']> {
  const { backupId, kind, database, snapshotAt, dump, server, tool } = manifest;
  const chosen = request.backupId === undefined ? (request.source === 'random' ? 'random' : 'newest') : 'named';
  return {
    ...{ backupId, kind, chosen, database, snapshotAt, sizeBytes: dump.sizeBytes, sha256: dump.sha256 },
    ...{ serverVersion: server.version, pgDump: tool.pgDump, pgRestore },
  };
}

async function serverOf(
  systems: Systems,
  run: TimedRun,
  place: DrillPlace,
  findings: Findings,
): Promise<PgConnection | Later> {
  if (place.kind === 'configured') return place.server;
  findings.temporaryServer = drillAddress(systems, run.record).server;
  if (findings.manifest === null) throw new Failure('internal', 'no backup was chosen');
  const made = await makeDrillServer(systems, run, findings.manifest);
  if (made instanceof Later) return made;
  findings.warnings = made.warnings;
  return made.connection;
}

/** A server for drills has not the roles of the source, or not for its login; what is theirs is left out and told. */
async function missingRoles(systems: Systems, manifest: Manifest, own: readonly string[]): Promise<string[]> {
  const globals = manifest.globals === undefined ? undefined : await systems.dumpStore.readText(manifest.globals.blob);
  const { owner } = manifest.databaseProperties;
  const known = new Set([...rolesOf(globals ?? ''), ...(owner === null ? [] : [owner])]);
  return [...known].filter((role) => !own.includes(role));
}

/** `lifebook_drill_20261123t020000z_3f9a1c7e`. */
const scratchName = (jobId: string): string => `lifebook_drill_${slug(jobId)}`.slice(0, 63);
