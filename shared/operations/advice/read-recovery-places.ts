import { INSTALLATION_TAG, JOB_TAG, UNTIL_TAG } from '../../domain/point-in-time/clone-tags';
import { asFailure } from '../../domain/failure';
import {
  deletedPoints,
  previousPoints,
  type PitrWindow,
  type RecoveryPoint,
  type Unavailable,
} from '../../domain/advice/recovery-points';
import type { FlexServer } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { findSourceServer } from '../point-in-time/azure-places';
import { listDeletedBlobs } from '../blobs/list-deleted-blobs';
import { withinLimit } from './within-limit';

type Needs = Pick<
  Systems,
  'clock' | 'contentStore' | 'databases' | 'flexServers' | 'jobLedger' | 'pgAdmin' | 'settings'
>;

/** Who asks where to go back to is in trouble, and so may be what is asked: no part of the answer waits longer. */
const PATIENCE_MS = 15_000;
const BLOBS_COUNTED = 1000;

/** What Azure can restore the database's server to. A server that is not ready cannot be restored from. */
export function readPitrWindow(systems: Needs, database: string): Promise<PitrWindow | Unavailable> {
  return orReason(async (signal) => {
    const server = await findSourceServer(systems, database, signal);
    if (server.state !== 'Ready') return { reason: `the server ${server.name} is ${server.state}, not Ready` };
    const { earliestRestoreAt: earliest } = server;
    if (earliest === undefined) return { reason: `the server ${server.name} has no backup yet to restore from` };
    return { earliest, latest: systems.clock.now().toISOString() };
  });
}

/** Databases that a restore has swapped out of the way of this one, as its server lists them. */
export function readPreviousDatabases(systems: Needs, database: string): Promise<RecoveryPoint[] | Unavailable> {
  return orReason(async (signal) => {
    const { connection } = systems.databases.find(database);
    return previousPoints(database, connection.database, await systems.pgAdmin.listDatabases(connection, signal));
  });
}

/** Restored servers of this installation that still stand. */
export function readClones(systems: Needs): Promise<RecoveryPoint[] | Unavailable> {
  return orReason(async (signal) => {
    const group = systems.settings.get('RESTORE_RESOURCE_GROUP');
    if (group === undefined) return { reason: 'RESTORE_RESOURCE_GROUP is not set' };
    const installation = await systems.jobLedger.installationId();
    const servers = (await systems.flexServers.list(group, signal)).filter(
      ({ tags, state }) => tags[INSTALLATION_TAG] === installation && state !== 'Dropping',
    );
    return (await Promise.all(servers.map((server) => clonePoint(systems, server)))).flat();
  });
}

/** Photos and audio that soft delete still has. */
export function readDeletedBlobs(systems: Needs): Promise<RecoveryPoint[] | Unavailable> {
  return orReason(async () => {
    if (!systems.contentStore.isConfigured()) return { reason: 'CONTENT_STORAGE is not set' };
    const { items, next } = await listDeletedBlobs(systems, { limit: BLOBS_COUNTED });
    return deletedPoints(items, next !== undefined);
  });
}

/** The job's record tells of which database and moment it is. */
async function clonePoint({ jobLedger }: Needs, { name, tags }: FlexServer): Promise<RecoveryPoint[]> {
  const jobId = tags[JOB_TAG] ?? '';
  const record = (await jobLedger.read(jobId).catch(() => undefined))?.record;
  const at = record?.request['pointInTime'];
  if (record?.database === undefined || typeof at !== 'string') return [];
  const until = tags[UNTIL_TAG];
  const { database } = record;
  const expires = until === undefined ? {} : { expiresAt: until };
  return [{ kind: 'clone', database, from: at, to: at, name, jobId, ...expires }];
}

async function orReason<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T | Unavailable> {
  try {
    return await withinLimit(PATIENCE_MS, read);
  } catch (error) {
    return { reason: asFailure(error).detail };
  }
}
