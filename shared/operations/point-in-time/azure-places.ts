import { Failure } from '../../domain/failure';
import { sourceServerName } from '../../domain/point-in-time/server-names';
import type { FlexServer, ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'databases' | 'settings'>;

/**
 * The flexible server of a database.
 *
 * @throws Failure `not-configured` that names every setting that is missing
 */
export function sourceAddress(systems: Needs, database: string): ServerAddress {
  return placesOf(systems, database, []).source;
}

/**
 * The server itself.
 *
 * @throws Failure `not-configured`; `not-found` when Azure has none; those of FlexServers
 */
export async function findSourceServer(
  systems: Needs & Pick<Systems, 'flexServers'>,
  database: string,
  signal?: AbortSignal,
): Promise<FlexServer> {
  const address = sourceAddress(systems, database);
  const server = await systems.flexServers.find(address, signal);
  if (server !== undefined) return server;
  throw new Failure('not-found', `there is no server ${address.server} in ${address.resourceGroup}`, {
    hint: 'check POSTGRES_SERVER and POSTGRES_RESOURCE_GROUP',
  });
}

/** The address of a database's server, and where restored servers are made. */
export function restorePlaces(
  systems: Needs,
  database: string,
): { readonly source: ServerAddress; readonly restoreGroup: string } {
  return placesOf(systems, database, ['RESTORE_RESOURCE_GROUP']);
}

function placesOf(
  systems: Needs,
  database: string,
  also: readonly 'RESTORE_RESOURCE_GROUP'[],
): { source: ServerAddress; restoreGroup: string } {
  const { settings, databases } = systems;
  const server = sourceServerName({
    host: databases.find(database).connection.host,
    setting: settings.get('POSTGRES_SERVER'),
    databases: databases.names().length,
  });
  const needed = ['AZURE_SUBSCRIPTION_ID', 'POSTGRES_RESOURCE_GROUP', ...also] as const;
  const missing: string[] = needed.filter((name) => settings.get(name) === undefined);
  if (server === undefined) missing.push('POSTGRES_SERVER');
  if (missing.length > 0) {
    throw new Failure('not-configured', `calls to Azure need settings that are not there: ${missing.join(', ')}`);
  }
  return {
    source: { resourceGroup: settings.get('POSTGRES_RESOURCE_GROUP') ?? '', server: server ?? '' },
    restoreGroup: settings.get('RESTORE_RESOURCE_GROUP') ?? '',
  };
}
