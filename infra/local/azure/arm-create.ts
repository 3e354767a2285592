import { type ArmAnswer, type ArmCall, problem } from './arm-answer';
import type { ArmSimulator } from './arm-simulator';
import { idOf, newServer, type SimulatedServer } from './arm-state';

/** An operation that ends as `Canceled`. */
export class CanceledOperation extends Error {}

/** A new, empty server as it was asked for. */
export interface NewServerOrder {
  /** The major: `17`. */
  readonly version: string;
  /** Undefined where only Microsoft Entra opens the door: then an administrator is named afterwards. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

export type NewServerData = Pick<SimulatedServer, 'host' | 'admit' | 'remove' | 'setAdministrator'>;

interface Asked {
  readonly location: string;
  readonly tags?: Record<string, string>;
  readonly sku?: { readonly name: string; readonly tier: string };
  readonly properties: {
    readonly version?: string;
    readonly administratorLogin?: string;
    readonly administratorLoginPassword?: string;
    readonly authConfig?: { readonly activeDirectoryAuth?: string; readonly tenantId?: string };
    readonly createMode?: string;
    readonly pointInTimeUTC?: string;
    readonly sourceServerResourceId?: string;
    readonly storage?: { readonly storageSizeGB?: number };
    readonly network?: Record<string, string>;
  };
}

/** PUT of a server that is not there: a restore to a point in time, or a new, empty one. */
export function createServerInGroup(arm: ArmSimulator, { body }: ArmCall, group: string, name: string): ArmAnswer {
  if (arm.servers.has(name)) return problem(409, 'ServerNameAlreadyExists', 'Specified server name is already used.');
  const asked = body as Asked;
  switch (asked.properties.createMode) {
    case 'PointInTimeRestore':
      return restore(arm, asked, newServer(name, group, asked.location));
    case 'Create':
    case 'Default':
    case undefined:
      return create(arm, asked, newServer(name, group, asked.location));
    default:
      return problem(400, 'InvalidParameterValue', 'this createMode is not simulated');
  }
}

function restore(arm: ArmSimulator, { properties, tags }: Asked, server: SimulatedServer): ArmAnswer {
  const source = [...arm.servers.values()].find(
    (candidate) => idOf(arm.options.subscriptionId, candidate) === properties.sourceServerResourceId,
  );
  if (source === undefined) return problem(400, 'InvalidParameterValue', 'the source server does not exist');
  const { network, tier, size, version, storageSizeGB } = source;
  Object.assign(server, { tags: tags ?? {}, network, tier, size, version, storageSizeGB });
  for (const [key, value] of source.parameters) {
    server.parameters.set(key, { ...value, value: defaultOf(key, value.value), source: 'system-default' });
  }
  return begin(arm, server, 'RestoreSnapshotManagementOperation', () =>
    arm.options.recover?.(new Date(properties.pointInTimeUTC ?? '')),
  );
}

/** What Azure checks of an order before it accepts it, as far as it is known. */
function create(arm: ArmSimulator, { properties, sku, tags }: Asked, server: SimulatedServer): ArmAnswer {
  const { version, administratorLogin: user, administratorLoginPassword: password, storage, network } = properties;
  const { activeDirectoryAuth, tenantId } = properties.authConfig ?? {};
  if (version === undefined || sku === undefined || storage?.storageSizeGB === undefined) {
    return problem(400, 'InvalidParameterValue', 'version, sku and storage are needed');
  }
  const isEntra = activeDirectoryAuth === 'Enabled' && tenantId !== undefined;
  const login = user === undefined || password === undefined ? undefined : { user, password };
  if (login === undefined && !isEntra) {
    return problem(400, 'InvalidParameterValue', 'an administrator login and its password are needed');
  }
  if (login !== undefined && !isGoodPassword(login.password)) {
    return problem(400, 'PasswordNotComplex', 'Password validation failed.');
  }
  Object.assign(server, { tags: tags ?? {}, tier: sku.tier, size: sku.name, version, administratorLogin: user ?? '' });
  Object.assign(server, { storageSizeGB: storage.storageSizeGB, ...(network === undefined ? {} : { network }) });
  return begin(arm, server, 'UpsertServerManagementOperationV2', () => arm.options.make?.({ version, login }));
}

function begin(
  arm: ArmSimulator,
  server: SimulatedServer,
  operation: string,
  make: () => Promise<Partial<SimulatedServer>> | undefined,
): ArmAnswer {
  const { accept, ends } = arm.behaviour;
  server.state = 'Provisioning';
  arm.servers.set(server.name, server);
  arm.takenNames.add(server.name);
  const work = async (): Promise<void> => {
    if (ends === 'Failed') throw new Error('It failed, see https://example.invalid/help?sig=secret');
    if (ends === 'Canceled') throw new CanceledOperation('The operation was canceled.');
    Object.assign(server, await make());
    server.host ??= `${server.name}.postgres.database.azure.com`;
    server.state = 'Ready';
  };
  return arm.begin(operation, work, accept);
}

/** 8 to 128 characters, of three kinds at least. */
function isGoodPassword(password: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password)).length;
  return password.length >= 8 && password.length <= 128 && kinds >= 3;
}

/** Parameters are not carried over: a restored server begins with the system's own. */
const defaultOf = (name: string, value: string): string =>
  name === 'azure.extensions' ? '' : `default of ${name}, not ${value}`;
