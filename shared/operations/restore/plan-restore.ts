import type { ArchiveSchema } from '../../domain/archive/archive-schema';
import type { BackupState } from '../../domain/catalog/catalog';
import { asFailure } from '../../domain/failure';
import type { Manifest } from '../../domain/backup/manifest';
import { connectedBeside, type PgConnection } from '../../domain/pg-connection';
import { planRestore } from '../../domain/restore/plan-restore';
import type { RestoreFacts } from '../../domain/restore/restore-facts';
import type { RestoreRequest } from '../../domain/restore/restore-request';
import type { TargetFacts } from '../../domain/restore/target-facts';
import type { Systems } from '../../systems/systems';
import type { PlannedRestore } from './carry-out-restore';
import { findBackup } from '../catalog/find-backup';

import { freshBackup } from '../catalog/fresh-backup';
import { configuredNameOf, guardOf } from './guard-database';
import { measuredRuns } from '../catalog/measured-runs';
import { readSchemaOfArchive } from '../archive/read-archive-schema';
import { readBackup } from '../catalog/read-backups';

export type PlanningNeeds = Pick<
  Systems,
  | 'backupStates'
  | 'clock'
  | 'databases'
  | 'dumpStore'
  | 'jobLedger'
  | 'pgTarget'
  | 'pgTools'
  | 'serverDisks'
  | 'settings'
>;

export interface RestorePlanning extends PlannedRestore {
  /** The configured name whose lock the job holds. */
  readonly lockedName: string;
}

const EMPTY: ArchiveSchema = { owners: [], roles: [], relations: [], foreignKeys: [] };

/**
 * Asks the target and the archive, and plans. Changes nothing.
 *
 * @throws Failure `not-found`, `manifest-too-new`, `not-configured`, `invalid-request` for an unknown target, and those of
 * the systems; whatever else forbids the restore is among the plan's refusals
 */
export async function planRestoreFor(
  systems: PlanningNeeds,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<RestorePlanning> {
  const { manifest } = await findBackup(systems, request.backupId);
  const { admin, place } = restorePlace(systems, request, manifest);
  const lockedName = configuredNameOf(systems, place) ?? manifest.name;
  const target = await systems.pgTarget.readFacts(admin, place.database, signal);
  const facts: RestoreFacts = {
    ...{ manifest, place, target, guardedBecause: guardOf(systems, place) },
    ...(await readStored(systems, manifest, target, signal)),
    ...(await readLive(systems, request, manifest, { ...admin, database: place.database }, target, signal)),
    safetyDump: await safetyDump(systems, request, configuredNameOf(systems, place)),
    space: await systems.serverDisks.ofServer(admin, target.server.dataDirectory),
    temporaryFreeBytes: await systems.serverDisks.temporaryFreeBytes(),
    usesToken: systems.settings.get('DATABASE_ADMIN_AUTH') === 'entra',
    measuredRuns: await measuredRuns(systems),
  };
  return { plan: planRestore(facts, request, systems.clock.now()), manifest, admin, lockedName };
}

/** Which database is meant, and who works on it. A new one is named after the one that the dump is of. */
export function restorePlace(
  { databases }: Pick<Systems, 'databases'>,
  { mode, target, targetDatabase }: RestoreRequest,
  manifest: Manifest,
): { admin: PgConnection; place: RestoreFacts['place'] } {
  const login = target === undefined ? databases.admin(manifest.name) : databases.target(target);
  const usual = target === undefined ? databases.find(manifest.name).connection.database : manifest.database;
  const database = mode === 'new-database' ? usual : (targetDatabase ?? usual);
  return { admin: connectedBeside(login, database), place: { host: login.host, port: login.port, database } };
}

async function readStored(
  systems: PlanningNeeds,
  manifest: Manifest,
  target: TargetFacts,
  signal: AbortSignal,
): Promise<Pick<RestoreFacts, 'archive' | 'damage' | 'state' | 'tool'>> {
  const listed = (await readBackup(systems, manifest.backupId))['state'] as BackupState;
  const recorded = (await systems.backupStates.read(manifest.backupId)).damaged?.detail;
  const tools = await systems.pgTools.choose(Math.max(manifest.tool.major, target.server.major));
  const known = { tool: { major: tools.major, version: tools.version }, damage: recorded };
  const state = recorded === undefined ? listed : 'damaged';
  if (state === 'damaged' || state === 'missing') return { ...known, state, archive: EMPTY };
  try {
    return { ...known, state, archive: await readSchemaOfArchive(systems, manifest.dump, tools, signal) };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'backup-not-restorable') return { ...known, state: 'missing', archive: EMPTY };
    if (failure.code !== 'archive-undecodable') throw error;
    return { ...known, state: 'damaged', damage: failure.detail, archive: EMPTY };
  }
}

async function readLive(
  { pgTarget }: PlanningNeeds,
  { mode }: RestoreRequest,
  manifest: Manifest,
  live: PgConnection,
  target: TargetFacts,
  signal: AbortSignal,
): Promise<Pick<RestoreFacts, 'objects' | 'liveRevision'>> {
  if (target.live === null || mode === 'new-database') return { objects: undefined, liveRevision: null };
  const objects = mode === 'clean' ? await pgTarget.readObjects(live, signal) : undefined;
  const revision = manifest.schemaRevision === null ? null : pgTarget.readRevision(live, signal);
  // a warning less is no reason to refuse a restore: the live database may be what is broken
  return { objects, liveRevision: revision === null ? null : await revision.catch(() => null) };
}

async function safetyDump(
  systems: PlanningNeeds,
  { mode }: RestoreRequest,
  configuredName: string | undefined,
): Promise<RestoreFacts['safetyDump']> {
  if (mode !== 'clean' || configuredName === undefined) return undefined;
  const found = await freshBackup(systems, configuredName, systems.settings.get('SAFETY_DUMP_MAX_AGE_MINUTES'));
  return found?.backupId === undefined || found.backupId === null ? undefined : { backupId: found.backupId };
}
