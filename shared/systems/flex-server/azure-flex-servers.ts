import type { PostgreSQLManagementFlexibleServerClient as ArmClient } from '@azure/arm-postgresql-flexible';
import type { ArmAccess } from '../arm/arm-access';
import { armCall, armClientOptions, undefinedIfMissing } from '../arm/arm-call';
import { Acceptance } from './acceptance';
import type {
  AcceptedOperation,
  CreateOrder,
  FirewallRule,
  FlexServer,
  FlexServers,
  OperationStatus,
  OwnIdentity,
  RestoreOrder,
  SaveOperation,
  ServerAddress,
  ServerAdministrator,
  ServerBackup,
  ServerParameter,
} from './flex-server';
import { newServerBody } from './new-server-body';
import { pollOnce } from './poll-operation';
import { readIdentity } from './read-identity';
import { readServer } from './read-server';
import { networkOf } from './restore-network';

const saveNothing: SaveOperation = () => Promise.resolve();

/** Through `@azure/arm-postgresql-flexible`, which is loaded here only, since most starts of the app need none of it. */
export class AzureFlexServers implements FlexServers {
  constructor(private readonly access: () => Promise<ArmAccess>) {}

  async find(address: ServerAddress, signal?: AbortSignal): Promise<FlexServer | undefined> {
    return this.call(`reading server ${address.server}`, signal, async (client, abortSignal) => {
      const found = await client.servers.get(...place(address), { abortSignal }).catch(undefinedIfMissing);
      return found === undefined ? undefined : readServer(found);
    });
  }

  list(resourceGroup: string, signal?: AbortSignal): Promise<FlexServer[]> {
    return this.call(`listing servers of ${resourceGroup}`, signal, async (client, abortSignal) =>
      (await all(client.servers.listByResourceGroup(resourceGroup, { abortSignal }))).map(readServer),
    );
  }

  isNameFree(name: string, signal?: AbortSignal): Promise<{ isFree: boolean; reason: string }> {
    return this.call(`asking for the name ${name}`, signal, async (client, abortSignal) => {
      const order = { name, type: 'Microsoft.DBforPostgreSQL/flexibleServers' };
      const told = await client.nameAvailability.checkGlobally(order, { abortSignal });
      return { isFree: told.nameAvailable === true, reason: told.message ?? told.reason ?? '' };
    });
  }

  listFirewallRules(address: ServerAddress, signal?: AbortSignal): Promise<FirewallRule[]> {
    return this.call(`listing firewall rules of ${address.server}`, signal, async (client, abortSignal) =>
      (await all(client.firewallRules.listByServer(...place(address), { abortSignal }))).map((rule) => ({
        name: rule.name ?? '',
        startIp: rule.startIpAddress,
        endIp: rule.endIpAddress,
      })),
    );
  }

  listParameters(address: ServerAddress, signal?: AbortSignal): Promise<ServerParameter[]> {
    return this.call(`listing parameters of ${address.server}`, signal, async (client, abortSignal) =>
      (await all(client.configurations.listByServer(...place(address), { abortSignal }))).map((found) => ({
        name: found.name ?? '',
        value: found.value ?? '',
        isSet: found.source === 'user-override',
        isReadOnly: found.isReadOnly === true,
        needsRestart: found.isConfigPendingRestart === true,
      })),
    );
  }

  listAdministrators(address: ServerAddress, signal?: AbortSignal): Promise<ServerAdministrator[]> {
    return this.call(`listing administrators of ${address.server}`, signal, async (client, abortSignal) =>
      (await all(client.administratorsMicrosoftEntra.listByServer(...place(address), { abortSignal }))).map(
        (found) => ({
          objectId: found.objectId ?? '',
          name: found.principalName ?? '',
        }),
      ),
    );
  }

  listBackups(address: ServerAddress, signal?: AbortSignal): Promise<ServerBackup[]> {
    return this.call(`listing backups of ${address.server}`, signal, async (client, abortSignal) =>
      (await all(client.backupsAutomaticAndOnDemand.listByServer(...place(address), { abortSignal }))).map((found) => ({
        name: found.name ?? '',
        isOnDemand: found.backupType === 'Customer On-Demand',
        completedAt: found.completedTime?.toISOString(),
      })),
    );
  }

  beginRestore(order: RestoreOrder, save: SaveOperation, signal?: AbortSignal): Promise<void> {
    const { source, target } = order;
    const what = `restoring ${source.name} as ${target.server}`;
    const server = {
      location: source.location,
      tags: { ...order.tags },
      createMode: 'PointInTimeRestore',
      pointInTimeUTC: new Date(order.pointInTime),
      sourceServerResourceId: source.id,
      ...networkOf(source),
    };
    return this.begin(what, save, signal, (client, abortSignal) =>
      client.servers.beginCreateOrUpdate(...place(target), server, { abortSignal }),
    );
  }

  beginCreate(order: CreateOrder, save: SaveOperation, signal?: AbortSignal): Promise<void> {
    const { target } = order;
    return this.begin(`making ${target.server}`, save, signal, (client, abortSignal) =>
      client.servers.beginCreateOrUpdate(...place(target), newServerBody(order), { abortSignal }),
    );
  }

  beginBackup(address: ServerAddress, backup: string, save: SaveOperation, signal?: AbortSignal): Promise<void> {
    return this.begin(`backing up ${address.server} as ${backup}`, save, signal, (client, abortSignal) =>
      client.backupsAutomaticAndOnDemand.beginCreate(...place(address), backup, { abortSignal }),
    );
  }

  beginFirewallRule(address: ServerAddress, rule: FirewallRule, signal?: AbortSignal): Promise<void> {
    const body = { startIpAddress: rule.startIp, endIpAddress: rule.endIp };
    const what = `writing the firewall rule ${rule.name} of ${address.server}`;
    return this.begin(what, saveNothing, signal, (client, abortSignal) =>
      client.firewallRules.beginCreateOrUpdate(...place(address), rule.name, body, { abortSignal }),
    );
  }

  beginParameter(address: ServerAddress, name: string, value: string, signal?: AbortSignal): Promise<void> {
    const body = { value, source: 'user-override' };
    return this.begin(`setting ${name} of ${address.server}`, saveNothing, signal, (client, abortSignal) =>
      client.configurations.beginPut(...place(address), name, body, { abortSignal }),
    );
  }

  beginAdministrator(address: ServerAddress, own: OwnIdentity, name: string, signal?: AbortSignal): Promise<void> {
    const body = { principalName: name, principalType: 'ServicePrincipal', tenantId: own.tenantId };
    return this.begin(
      `making ${name} an administrator of ${address.server}`,
      saveNothing,
      signal,
      (client, abortSignal) =>
        client.administratorsMicrosoftEntra.beginCreateOrUpdate(...place(address), own.objectId, body, { abortSignal }),
    );
  }

  async ownIdentity(): Promise<OwnIdentity> {
    const { credential, endpoint } = await this.access();
    return readIdentity((await credential.getToken(`${endpoint}/.default`))?.token ?? '');
  }

  beginRestart(address: ServerAddress, signal?: AbortSignal): Promise<void> {
    return this.begin(`restarting ${address.server}`, saveNothing, signal, (client, abortSignal) =>
      client.servers.beginRestart(...place(address), { abortSignal }),
    );
  }

  beginDelete(address: ServerAddress, signal?: AbortSignal): Promise<void> {
    return this.begin(`deleting ${address.server}`, saveNothing, signal, (client, abortSignal) =>
      client.servers.beginDelete(...place(address), { abortSignal }).catch(undefinedIfMissing),
    );
  }

  async poll(operation: AcceptedOperation, signal?: AbortSignal): Promise<OperationStatus> {
    const { statusUrl } = operation;
    if (statusUrl === undefined) return { state: 'unknown', reason: 'Azure named no operation to ask' };
    const access = await this.access();
    return pollOnce(await connect(access), statusUrl, access.callMs, signal);
  }

  private async call<T>(
    what: string,
    signal: AbortSignal | undefined,
    call: (client: ArmClient, signal: AbortSignal) => Promise<T>,
    acceptance?: Acceptance,
  ): Promise<T> {
    const access = await this.access();
    const client = await connect(access, acceptance);
    return armCall(what, access.callMs, signal, (abortSignal) => call(client, abortSignal));
  }

  private async begin(
    what: string,
    save: SaveOperation,
    signal: AbortSignal | undefined,
    begin: (client: ArmClient, signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const acceptance = new Acceptance(save);
    const once = async (client: ArmClient, abortSignal: AbortSignal): Promise<void> => {
      await begin(client, abortSignal).catch((error: unknown) => {
        if (!acceptance.covers()) throw error;
      });
    };
    await this.call(what, signal, once, acceptance);
  }
}

async function connect(access: ArmAccess, acceptance?: Acceptance): Promise<ArmClient> {
  const { PostgreSQLManagementFlexibleServerClient } = await import('@azure/arm-postgresql-flexible');
  const { additionalPolicies, ...options } = armClientOptions(access);
  return new PostgreSQLManagementFlexibleServerClient(access.credential, access.subscriptionId, {
    ...options,
    $host: access.endpoint,
    additionalPolicies: [
      ...additionalPolicies,
      ...(acceptance === undefined ? [] : [{ policy: acceptance.policy, position: 'perCall' as const }]),
    ],
  });
}

const place = ({ resourceGroup, server }: ServerAddress): [string, string] => [resourceGroup, server];

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
