import { JOB_TAG } from '../../domain/point-in-time/clone-tags';
import { asFailure } from '../../domain/failure';
import { hasEnded, type JobRecord } from '../../domain/jobs/job';
import type { DrillRequest } from '../../domain/drills/drill';
import type { PgConnection } from '../../domain/pg-connection';
import { decideReaping } from '../../domain/point-in-time/reap';
import type { FlexServer, ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { drillConnection } from '../drills/drill-login';

type Needs = Pick<Systems, 'clock' | 'databases' | 'flexServers' | 'jobLedger' | 'log' | 'pgClones' | 'settings'>;

/**
 * Deletes servers of this installation whose time is over and that nobody uses. What cannot be known counts as in use: then
 * the server stays, and a warning says why. Never throws: `tick` has other work.
 */
export async function reapClones(systems: Needs, records: readonly JobRecord[]): Promise<void> {
  try {
    const group = systems.settings.get('RESTORE_RESOURCE_GROUP');
    if (group === undefined || systems.settings.get('AZURE_SUBSCRIPTION_ID') === undefined) return;
    for (const server of await systems.flexServers.list(group)) await reap(systems, group, server, records);
  } catch (error) {
    systems.log.warn('reaping-failed', { why: asFailure(error).message });
  }
}

async function reap(systems: Needs, group: string, server: FlexServer, records: readonly JobRecord[]): Promise<void> {
  const decision = decideReaping({
    now: systems.clock.now(),
    installation: await systems.jobLedger.installationId(),
    server,
    configuredHosts: configuredHosts(systems),
    unfinishedJobs: new Set(records.filter((record) => !hasEnded(record)).map(({ jobId }) => jobId)),
  });
  const told = { server: server.name, reason: decision.reason };
  if (decision.do === 'keep') {
    if (decision.isOverdue) systems.log.warn('clone-kept', told);
    return;
  }
  if (server.state === 'Dropping') return;
  const address = { resourceGroup: group, server: server.name };
  const sessions = (await isClosed(systems, address, server)) ? 0 : await countSessions(systems, server);
  if (sessions !== 0) {
    const reason = sessions === null ? 'its sessions cannot be counted' : `it has ${sessions} client sessions`;
    return systems.log.warn('clone-kept', { server: server.name, reason });
  }
  systems.log.info('clone-deleted', told);
  await systems.flexServers.beginDelete(address);
}

/** A public server without a firewall rule lets nobody in, as one does whose job died before it had any. */
async function isClosed(systems: Needs, address: ServerAddress, server: FlexServer): Promise<boolean> {
  if (server.network.kind !== 'public') return false;
  return (await systems.flexServers.listFirewallRules(address).catch(() => undefined))?.length === 0;
}

/** null: not knowable, which counts as in use. */
async function countSessions(systems: Needs, server: FlexServer): Promise<number | null> {
  const found = await systems.jobLedger.read(server.tags[JOB_TAG] ?? '').catch(() => undefined);
  const database = found?.record.database;
  if (found === undefined || database === undefined || server.host === undefined) return null;
  try {
    return await systems.pgClones.countSessions(loginOn(systems, found.record, database, server.host));
  } catch {
    return null;
  }
}

/** A restored server has the logins of its source, the temporary one of a drill of a dump has its own alone. */
function loginOn(systems: Needs, { kind, jobId, request }: JobRecord, database: string, host: string): PgConnection {
  const isEmptyServer = kind === 'drill' && (request as unknown as DrillRequest).source !== 'pitr';
  if (isEmptyServer) return drillConnection(systems, database, jobId, host);
  return { ...systems.databases.admin(database), host };
}

function configuredHosts(systems: Needs): string[] | null {
  try {
    return systems.databases.configuredPlaces().map(({ host }) => host);
  } catch {
    return null;
  }
}
