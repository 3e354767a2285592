/**
 * Azure Database for PostgreSQL flexible servers, as far as recoveries need their control plane (ARM).
 *
 * What begins an operation returns as soon as ARM has accepted it and never waits for it: the caller polls, one call at a
 * time, between tickets. Failures of every method: `not-configured`, `azure-unavailable`, `azure-refused`, `azure-busy`
 * (the server is being changed by something else); the reason of `signal` when it is a Failure. None of their texts
 * contains a token or the URL of an operation.
 */
export interface FlexServers {
  /** Undefined: there is no such server. */
  find(address: ServerAddress, signal?: AbortSignal): Promise<FlexServer | undefined>;
  list(resourceGroup: string, signal?: AbortSignal): Promise<FlexServer[]>;
  /** Of all of Azure, also against names of deleted servers. The reason is ARM's own when it is not free. */
  isNameFree(name: string, signal?: AbortSignal): Promise<{ readonly isFree: boolean; readonly reason: string }>;
  listFirewallRules(address: ServerAddress, signal?: AbortSignal): Promise<FirewallRule[]>;
  listParameters(address: ServerAddress, signal?: AbortSignal): Promise<ServerParameter[]>;
  listAdministrators(address: ServerAddress, signal?: AbortSignal): Promise<ServerAdministrator[]>;
  listBackups(address: ServerAddress, signal?: AbortSignal): Promise<ServerBackup[]>;

  /**
   * Asks for a new server as another one was at a moment. `save` is called, and waited for, when ARM has accepted, before
   * anything else can fail: an accepted restore whose operation nobody knows cannot be watched.
   */
  beginRestore(order: RestoreOrder, save: SaveOperation, signal?: AbortSignal): Promise<void>;
  /** Asks for a new, empty server in the place and network of another one. `save` as for `beginRestore`. */
  beginCreate(order: CreateOrder, save: SaveOperation, signal?: AbortSignal): Promise<void>;
  beginBackup(address: ServerAddress, backup: string, save: SaveOperation, signal?: AbortSignal): Promise<void>;
  beginFirewallRule(address: ServerAddress, rule: FirewallRule, signal?: AbortSignal): Promise<void>;
  beginParameter(address: ServerAddress, name: string, value: string, signal?: AbortSignal): Promise<void>;
  /** The app's own identity as an administrator of a server, under the name that it logs in with. */
  beginAdministrator(address: ServerAddress, own: OwnIdentity, name: string, signal?: AbortSignal): Promise<void>;
  beginRestart(address: ServerAddress, signal?: AbortSignal): Promise<void>;
  /** A server that is gone already is as good. */
  beginDelete(address: ServerAddress, signal?: AbortSignal): Promise<void>;

  /** @throws Failure `azure-refused` when the token does not say */
  ownIdentity(): Promise<OwnIdentity>;

  /** One look, whatever comes of it. */
  poll(operation: AcceptedOperation, signal?: AbortSignal): Promise<OperationStatus>;
}

export interface ServerAddress {
  readonly resourceGroup: string;
  readonly server: string;
}

export interface FlexServer {
  readonly id: string;
  readonly name: string;
  /** As ARM writes it: `eastus` or `East US`. */
  readonly location: string;
  /** `Ready`, `Provisioning`, `Updating`, `Stopped` … */
  readonly state: string;
  /** Undefined while the server is being made. */
  readonly host: string | undefined;
  /** `Burstable`, `GeneralPurpose`, `MemoryOptimized`. */
  readonly tier: string;
  /** GiB; undefined where ARM does not say. */
  readonly storageGb: number | undefined;
  /** ISO 8601, rounded up to the millisecond; undefined on a server that has no backup of its own yet. */
  readonly earliestRestoreAt: string | undefined;
  /** How long Azure keeps its backups. */
  readonly backupRetentionDays: number | undefined;
  readonly network: ServerNetwork;
  readonly tags: Readonly<Record<string, string>>;
  readonly highAvailability: string;
  readonly maintenanceWindow: string;
}

export type ServerNetwork =
  | { readonly kind: 'public' }
  /** No public address: reached by private endpoints only, and a restored server has none. */
  | { readonly kind: 'private-endpoint' }
  | { readonly kind: 'virtual-network'; readonly subnetId: string; readonly dnsZoneId: string | undefined };

export interface FirewallRule {
  readonly name: string;
  readonly startIp: string;
  readonly endIp: string;
}

export interface ServerParameter {
  readonly name: string;
  readonly value: string;
  /** Somebody has set it; else it is the system's default, which may depend on the size. */
  readonly isSet: boolean;
  readonly isReadOnly: boolean;
  /** A static one takes effect with a restart. */
  readonly needsRestart: boolean;
}

export interface ServerAdministrator {
  readonly objectId: string;
  readonly name: string;
}

export interface ServerBackup {
  readonly name: string;
  readonly isOnDemand: boolean;
  /** ISO 8601; undefined: not complete yet. */
  readonly completedAt: string | undefined;
}

export interface RestoreOrder {
  readonly target: ServerAddress;
  readonly source: FlexServer;
  /** ISO 8601 with milliseconds. */
  readonly pointInTime: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CreateOrder {
  readonly target: ServerAddress;
  /** The new server is made in its region and its network. */
  readonly beside: FlexServer;
  readonly major: number;
  /** Compute size of the tier Burstable: `Standard_B2s`. */
  readonly size: string;
  /** GiB, one of Azure's sizes. */
  readonly storageGb: number;
  readonly login: NewServerLogin;
  readonly tags: Readonly<Record<string, string>>;
}

/** Who may administer a new server. The password is sent to ARM and kept nowhere; an Entra administrator is named afterwards. */
export type NewServerLogin =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'entra'; readonly tenantId: string };

/** The app's own identity, as its token says. */
export interface OwnIdentity {
  readonly objectId: string;
  readonly tenantId: string;
}

export type SaveOperation = (operation: AcceptedOperation) => Promise<void>;

/**
 * An operation that ARM has accepted. `statusUrl` is signed and good for whoever has it: a secret, kept verbatim in a state
 * blob of the job and shown nowhere. Absent where ARM gave none: then only the server itself tells how far it is.
 */
export interface AcceptedOperation {
  readonly statusUrl?: string;
}

export type OperationStatus =
  | { readonly state: 'in-progress'; readonly retryAfterSeconds: number | undefined }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed' | 'canceled'; readonly reason: string }
  /** ARM did not say: 404, 429, 5xx, a broken connection. The server itself may tell more. */
  | { readonly state: 'unknown'; readonly reason: string };
