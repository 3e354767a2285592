/** A flexible server as the simulator knows it; what it answers is shaped like Microsoft's examples. */
export interface SimulatedServer {
  readonly name: string;
  readonly resourceGroup: string;
  location: string;
  tags: Record<string, string>;
  state: string;
  host: string | undefined;
  tier: string;
  size: string;
  version: string;
  storageSizeGB: number;
  administratorLogin: string;
  earliestRestoreDate: string | undefined;
  backupRetentionDays: number;
  network: Record<string, string>;
  readonly firewallRules: Map<string, { startIpAddress: string; endIpAddress: string }>;
  readonly parameters: Map<string, SimulatedParameter>;
  readonly administrators: { objectId: string; principalName: string }[];
  readonly backups: { name: string; backupType: string; completedTime?: string }[];
  /** Called with each change of the rules. */
  admit?: (isOpen: boolean) => Promise<void>;
  /** Called with the name of a new Entra administrator. */
  setAdministrator?: (name: string) => Promise<void>;
  remove?: () => Promise<void>;
}

export interface SimulatedParameter {
  value: string;
  source: 'system-default' | 'user-override';
  isDynamic: boolean;
  isReadOnly: boolean;
  isPendingRestart: boolean;
}

export interface SimulatedOperation {
  readonly id: string;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  readonly startTime: string;
  error?: { code: string; message: string };
}

export const newServer = (name: string, resourceGroup: string, location: string): SimulatedServer => ({
  ...{ name, resourceGroup, location, tags: {}, state: 'Ready', host: undefined },
  ...{ tier: 'GeneralPurpose', size: 'Standard_D4ds_v5', version: '17', storageSizeGB: 128 },
  administratorLogin: 'exampleadministratorlogin',
  ...{ earliestRestoreDate: undefined, backupRetentionDays: 7, network: { publicNetworkAccess: 'Enabled' } },
  ...{ firewallRules: new Map(), parameters: new Map(), administrators: [], backups: [] },
});

export const parameter = (
  value: string,
  source: SimulatedParameter['source'],
  isDynamic = true,
): SimulatedParameter => ({
  ...{ value, source, isDynamic, isReadOnly: false, isPendingRestart: false },
});

const PROVIDER = 'providers/Microsoft.DBforPostgreSQL';

export function idOf(subscription: string, server: Pick<SimulatedServer, 'name' | 'resourceGroup'>): string {
  return `/subscriptions/${subscription}/resourceGroups/${server.resourceGroup}/${PROVIDER}/flexibleServers/${server.name}`;
}

export function serverBody(subscription: string, server: SimulatedServer): object {
  return {
    name: server.name,
    type: 'Microsoft.DBforPostgreSQL/flexibleServers',
    id: idOf(subscription, server),
    location: server.location,
    tags: server.tags,
    properties: {
      administratorLogin: server.administratorLogin,
      authConfig: { activeDirectoryAuth: 'Disabled', passwordAuth: 'Enabled' },
      availabilityZone: '1',
      backup: {
        backupRetentionDays: server.backupRetentionDays,
        geoRedundantBackup: 'Disabled',
        ...(server.earliestRestoreDate === undefined ? {} : { earliestRestoreDate: server.earliestRestoreDate }),
      },
      dataEncryption: { type: 'SystemManaged' },
      ...(server.host === undefined ? {} : { fullyQualifiedDomainName: server.host }),
      highAvailability: { mode: 'Disabled', state: 'NotEnabled' },
      maintenanceWindow: { customWindow: 'Disabled', dayOfWeek: 0, startHour: 0, startMinute: 0 },
      minorVersion: '5',
      network: server.network,
      privateEndpointConnections: [],
      replica: { capacity: 5, role: 'Primary' },
      replicaCapacity: 5,
      replicationRole: 'Primary',
      state: server.state,
      storage: { type: '', autoGrow: 'Disabled', iops: 500, storageSizeGB: server.storageSizeGB, tier: 'P10' },
      version: server.version,
    },
    sku: { name: server.size, tier: server.tier },
    systemData: { createdAt: '2025-06-01T18:30:22.123456Z' },
  };
}
