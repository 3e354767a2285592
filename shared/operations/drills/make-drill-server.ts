import type { Manifest } from '../../domain/backup/manifest';
import { DRILL_PARAMETERS, drillStorageGb } from '../../domain/drills/drill-server';
import { asFailure, Failure } from '../../domain/failure';
import type { JobWarning } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { PgConnection } from '../../domain/pg-connection';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { awaitServer } from '../point-in-time/await-server';
import { findSourceServer, restorePlaces } from '../point-in-time/azure-places';
import { beginServer, type PreparedServer } from '../point-in-time/begin-server';
import { matchNetwork, matchParameters } from '../point-in-time/match-clone';
import { drillConnection, drillLogin, isEntraLogin } from './drill-login';
import { drillAddress } from './drill-place';

const HOUR_MS = 3600_000;

export interface DrillServer {
  readonly connection: PgConnection;
  readonly warnings: readonly JobWarning[];
}

/**
 * A temporary Burstable server beside the source, reachable as the source is, in the phases `create`, `server`, `administrator`, `network`
 * and `extensions`. Every wait for Azure returns the ticket. Whatever becomes of it, the caller deletes the server.
 *
 * @throws Failure `network-unsupported`, `server-name-taken`, `azure-operation-failed`, and those of FlexServers
 */
export async function makeDrillServer(systems: Systems, run: JobRun, manifest: Manifest): Promise<DrillServer | Later> {
  const database = databaseOf(run.record);
  const { source } = restorePlaces(systems, database);
  const made = drillAddress(systems, run.record);
  const prepare = (): Promise<PreparedServer> => prepareServer(systems, run, manifest, made);
  const begun = await run.phase('create', () => beginServer(systems, run, made, prepare));
  if (begun instanceof Later) return begun;
  const ready = await run.phase('server', () => awaitServer(systems, run, made, begun.askedAt));
  if (ready instanceof Later) return ready;
  const administrator = await run.phase('administrator', () => nameAdministrator(systems, run, made));
  if (administrator instanceof Later) return administrator;
  const network = await run.phase('network', () => matchNetwork(systems, run, source, made));
  if (network instanceof Later) return network;
  const parameters = await run.phase('extensions', () => matchParameters(systems, run, source, made, DRILL_PARAMETERS));
  if (parameters instanceof Later) return parameters;
  const notApplied = parameters.filter(({ outcome }) => outcome === 'not-applied');
  return {
    connection: drillConnection(systems, database, run.record.jobId, ready.host),
    warnings: notApplied.map(({ kind, name, detail }) => ({
      code: 'parity-not-applied',
      detail: `${kind} ${name}: ${detail ?? ''}`,
    })),
  };
}

/** With DATABASE_ADMIN_AUTH=entra the app's identity, under the name that DATABASE_ADMIN_URL has; a look tells when it is so. */
async function nameAdministrator(systems: Systems, run: JobRun, made: ServerAddress): Promise<null | Later> {
  if (!isEntraLogin(systems)) return null;
  const { flexServers } = systems;
  const own = await flexServers.ownIdentity();
  const there = await flexServers.listAdministrators(made, run.signal);
  const server = await flexServers.find(made, run.signal);
  const isReady = server?.state === 'Ready';
  if (isReady && there.some(({ objectId }) => objectId.toLowerCase() === own.objectId.toLowerCase())) return null;
  const { user } = systems.databases.admin(databaseOf(run.record));
  if (isReady) {
    try {
      await flexServers.beginAdministrator(made, own, user, run.signal);
    } catch (error) {
      if (asFailure(error).code !== 'azure-busy') throw error;
    }
  }
  return new Later(systems.settings.get('ARM_POLL_SECONDS'), `${user} becomes an administrator of ${made.server}`);
}

async function prepareServer(
  systems: Systems,
  run: JobRun,
  manifest: Manifest,
  target: ServerAddress,
): Promise<PreparedServer> {
  const database = databaseOf(run.record);
  const beside = await findSourceServer(systems, database, run.signal);
  if (beside.network.kind === 'private-endpoint') {
    const detail = `${beside.name} is reached by private endpoints, and a new server has none: set DRILL_DATABASE_URL`;
    throw new Failure('network-unsupported', detail);
  }
  const name = await systems.flexServers.isNameFree(target.server, run.signal);
  if (!name.isFree) {
    throw new Failure('server-name-taken', `${target.server} cannot be had: ${name.reason || 'taken'}`);
  }
  const ttlMs = systems.settings.get('CLONE_TTL_HOURS') * HOUR_MS;
  const login = await drillLogin(systems, database, run.record.jobId);
  return {
    expiresAt: new Date(systems.clock.now().getTime() + ttlMs).toISOString(),
    send: (tags, save) => {
      const order = {
        ...{ target, beside, tags, login, major: manifest.server.major },
        size: systems.settings.get('DRILL_SERVER_SIZE'),
        storageGb: drillStorageGb(beside.storageGb, manifest.dump.sizeBytes),
      };
      return systems.flexServers.beginCreate(order, save, run.signal);
    },
  };
}
