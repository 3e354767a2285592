import { type ArmAnswer, type ArmCall, problem } from './arm-answer';
import type { ArmSimulator } from './arm-simulator';
import { idOf, parameter, type SimulatedParameter, type SimulatedServer } from './arm-state';

const BUSY = problem(
  409,
  'ServerIsBusy',
  'Cannot complete operation while server is busy processing another operation.',
);

/** What lies below a server: rules, parameters, administrators, backups, and its restart. One change at a time. */
export function answerChild(arm: ArmSimulator, server: SimulatedServer, path: string, call: ArmCall): ArmAnswer {
  const [, collection = '', name = ''] = path.split('/');
  const id = idOf(arm.options.subscriptionId, server);
  const item = (itemName: string, properties: object): object => ({
    ...{ name: itemName, type: `Microsoft.DBforPostgreSQL/flexibleServers/${collection}` },
    ...{ id: `${id}/${collection}/${itemName}`, properties },
  });
  if (call.method === 'GET') return list(server, collection, item);
  if (server.state !== 'Ready') return BUSY;
  const properties = (call.body as { properties?: Record<string, string> } | undefined)?.properties ?? {};
  const change = (operation: string, work: () => Promise<void> | void): ArmAnswer => {
    server.state = 'Updating';
    return arm.begin(operation, async () => {
      await work();
      server.state = 'Ready';
    });
  };
  switch (`${call.method} ${collection}`) {
    case 'PUT firewallRules':
      return change('UpsertServerFirewallRulesManagementOperation', async () => {
        const { startIpAddress = '', endIpAddress = '' } = properties;
        server.firewallRules.set(name, { startIpAddress, endIpAddress });
        await server.admit?.(true);
      });
    case 'PUT configurations':
      return change('UpdateServerParameterManagementOperation', () => set(server, name, properties['value'] ?? ''));
    case 'PUT administrators':
      return change('CreateOrUpdateActiveDirectoryAdministratorManagementOperation', async () => {
        const { principalName = '' } = properties;
        await server.setAdministrator?.(principalName);
        server.administrators.push({ objectId: name, principalName });
      });
    case 'POST restart':
      return change('RestartServerManagementOperation', () => {
        for (const found of server.parameters.values()) found.isPendingRestart = false;
      });
    case 'PUT backups':
      if (server.backups.some((backup) => backup.name === name))
        return problem(500, 'InternalServerError', 'duplicate');
      server.backups.push({ name, backupType: 'Customer On-Demand' });
      return arm.begin('CreateBackupManagementOperation', () => complete(server, name));
    default:
      return problem(405, 'MethodNotAllowed', `${call.method} ${path}`);
  }
}

function set(server: SimulatedServer, name: string, value: string): void {
  const found: SimulatedParameter = server.parameters.get(name) ?? parameter('', 'system-default');
  const isPendingRestart = found.isPendingRestart || !found.isDynamic;
  server.parameters.set(name, { ...found, value, source: 'user-override', isPendingRestart });
}

function complete(server: SimulatedServer, name: string): Promise<void> {
  const backup = server.backups.find((candidate) => candidate.name === name);
  if (backup !== undefined) backup.completedTime = new Date().toISOString();
  return Promise.resolve();
}

function list(
  server: SimulatedServer,
  collection: string,
  item: (name: string, properties: object) => object,
): ArmAnswer {
  const value = (): object[] => {
    switch (collection) {
      case 'firewallRules':
        return [...server.firewallRules].map(([name, rule]) => item(name, rule));
      case 'configurations':
        return [...server.parameters].map(([name, found]) =>
          item(name, {
            ...{ value: found.value, source: found.source, isReadOnly: found.isReadOnly },
            ...{ isDynamicConfig: found.isDynamic, isConfigPendingRestart: found.isPendingRestart, dataType: 'String' },
          }),
        );
      case 'administrators':
        return server.administrators.map((found) => item(found.objectId, found));
      case 'backups':
        return server.backups.map(({ name, ...properties }) =>
          item(name, { ...properties, source: 'Customer Initiated' }),
        );
      default:
        return [];
    }
  };
  return { status: 200, body: { value: value() } };
}
