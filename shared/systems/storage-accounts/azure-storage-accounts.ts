import type {
  BlobContainer,
  BlobServiceProperties,
  DeleteRetentionPolicy,
  ManagementPolicyRule,
  StorageManagementClient,
} from '@azure/arm-storage';
import { Failure } from '../../domain/failure';
import type {
  AccountProtection,
  ContainerProtection,
  OwnRule,
  LifecycleRule,
  ProtectedAccount,
} from '../../domain/storage-policies/storage-policy';
import type { ArmAccess } from '../arm/arm-access';
import { armCall, armClientOptions, statusOf } from '../arm/arm-call';
import type { StorageAccounts } from './storage-accounts';

export interface StorageAccountsSource {
  readonly access: () => Promise<ArmAccess>;
  readonly accounts: () => readonly ProtectedAccount[];
  /** Where the accounts are looked for, in this order. */
  readonly resourceGroups: () => readonly string[];
}

type Call<T> = (client: StorageManagementClient, group: string, signal: AbortSignal) => Promise<T>;

/** Through `@azure/arm-storage`, which is loaded here only, since most starts of the app need none of it. */
export class AzureStorageAccounts implements StorageAccounts {
  private readonly groups = new Map<string, string>();

  constructor(private readonly source: StorageAccountsSource) {}

  configured(): readonly ProtectedAccount[] {
    return this.source.accounts();
  }

  async read({ account, containers }: ProtectedAccount, signal?: AbortSignal): Promise<AccountProtection> {
    const service = await this.readService(account, signal);
    const found: ContainerProtection[] = [];
    for (const container of containers) found.push(await this.readContainer(account, container, signal));
    return {
      blobSoftDeleteDays: daysOf(service.deleteRetentionPolicy),
      containerSoftDeleteDays: daysOf(service.containerDeleteRetentionPolicy),
      allowsPermanentDelete: service.deleteRetentionPolicy?.allowPermanentDelete === true,
      isVersioned: service.isVersioningEnabled === true,
      lifecycleRules: (await this.readRules(account, signal)).map(lifecycleRule),
      containers: found,
    };
  }

  async raiseSoftDelete(account: string, days: number, signal?: AbortSignal): Promise<void> {
    const service = await this.readService(account, signal);
    const raised = (policy: DeleteRetentionPolicy | undefined): DeleteRetentionPolicy => ({
      ...policy,
      enabled: true,
      days: Math.max(days, daysOf(policy)),
    });
    // a write replaces everything, so everything is sent
    const merged: BlobServiceProperties = {
      ...service,
      deleteRetentionPolicy: raised(service.deleteRetentionPolicy),
      containerDeleteRetentionPolicy: raised(service.containerDeleteRetentionPolicy),
    };
    await this.call(`writing soft delete of ${account}`, account, signal, (client, group, abortSignal) =>
      client.blobServices.setServiceProperties(group, account, merged, { abortSignal }),
    );
  }

  async putRule(account: string, rule: OwnRule, signal?: AbortSignal): Promise<void> {
    const others = (await this.readRules(account, signal)).filter(({ name }) => name !== rule.name);
    const policy = { policy: { rules: [...others, managementRule(rule)] } };
    await this.call(`writing the lifecycle policy of ${account}`, account, signal, (client, group, abortSignal) =>
      client.managementPolicies.createOrUpdate(group, account, 'default', policy, { abortSignal }),
    );
  }

  private readService(account: string, signal: AbortSignal | undefined): Promise<BlobServiceProperties> {
    return this.call(`reading the Blob service of ${account}`, account, signal, (client, group, abortSignal) =>
      client.blobServices.getServiceProperties(group, account, { abortSignal }),
    );
  }

  /** None where the account never had a policy. */
  private readRules(account: string, signal: AbortSignal | undefined): Promise<ManagementPolicyRule[]> {
    return this.call(`reading the lifecycle policy of ${account}`, account, signal, (client, group, abortSignal) =>
      client.managementPolicies.get(group, account, 'default', { abortSignal }).then(
        ({ policy }) => policy?.rules ?? [],
        (error: unknown) => {
          if (statusOf(error) === 404) return [];
          throw error;
        },
      ),
    );
  }

  private readContainer(account: string, name: string, signal: AbortSignal | undefined): Promise<ContainerProtection> {
    return this.call(`reading the container ${name}`, account, signal, (client, group, abortSignal) =>
      client.blobContainers.get(group, account, name, { abortSignal }).then(
        (found) => containerProtection(name, found),
        (error: unknown) => {
          if (statusOf(error) !== 404) throw error;
          return { name, isThere: false, immutability: null, hasLegalHold: false };
        },
      ),
    );
  }

  private async call<T>(what: string, account: string, signal: AbortSignal | undefined, call: Call<T>): Promise<T> {
    const access = await this.source.access();
    const client = await connect(access);
    const group = this.groups.get(account) ?? (await this.findGroup(client, access.callMs, account, signal));
    return armCall(what, access.callMs, signal, (abortSignal) => call(client, group, abortSignal));
  }

  /** A group without the account answers 404, or 403 where the identity has rights on accounts only. */
  private async findGroup(
    client: StorageManagementClient,
    callMs: number,
    account: string,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    let refused: Failure | undefined;
    for (const group of this.source.resourceGroups()) {
      try {
        await armCall(`looking for ${account} in ${group}`, callMs, signal, (abortSignal) =>
          client.blobServices.getServiceProperties(group, account, { abortSignal }),
        );
        this.groups.set(account, group);
        return group;
      } catch (error) {
        const isRefused = error instanceof Failure && error.code === 'azure-refused';
        if (!isRefused && statusOf(error) !== 404) throw error;
        if (isRefused) refused = error;
      }
    }
    throw refused ?? new Failure('azure-refused', `${account} is in no resource group of STORAGE_RESOURCE_GROUP`);
  }
}

async function connect(access: ArmAccess): Promise<StorageManagementClient> {
  const { StorageManagementClient } = await import('@azure/arm-storage');
  const scopes = [`${access.endpoint}/.default`];
  return new StorageManagementClient(access.credential, access.subscriptionId, {
    ...armClientOptions(access),
    credentials: { scopes },
  });
}

const daysOf = (policy: DeleteRetentionPolicy | undefined): number =>
  policy?.enabled === true ? (policy.days ?? 0) : 0;

function containerProtection(name: string, found: BlobContainer): ContainerProtection {
  const policy = found.immutabilityPolicy;
  const days = policy?.immutabilityPeriodSinceCreationInDays ?? 0;
  return {
    name,
    isThere: found.deleted !== true,
    immutability: days === 0 ? null : { days, isLocked: policy?.state === 'Locked' },
    hasLegalHold: found.hasLegalHold === true,
  };
}

function lifecycleRule({ name, enabled, definition }: ManagementPolicyRule): LifecycleRule {
  const { actions, filters } = definition;
  return {
    name,
    isEnabled: enabled !== false,
    blobTypes: filters?.blobTypes ?? ['blockBlob'],
    prefixes: filters?.prefixMatch ?? [],
    // the only operator there is says "equals"; any other one is none of ours
    tags: (filters?.blobIndexMatch ?? []).map(({ name: tag, op, value }) => ({
      name: tag,
      value: op === '==' ? value : `${op} ${value}`,
    })),
    deletes: actions.baseBlob?.delete !== undefined,
    archives: actions.baseBlob?.tierToArchive !== undefined,
    coolsAfterDays: actions.baseBlob?.tierToCool?.daysAfterModificationGreaterThan ?? null,
  };
}

const managementRule = ({ name, prefix, tags, action, afterDays }: OwnRule): ManagementPolicyRule => ({
  name,
  enabled: true,
  type: 'Lifecycle',
  definition: {
    filters: {
      blobTypes: ['blockBlob'],
      prefixMatch: [prefix],
      // an empty list is refused
      ...(tags.length === 0
        ? {}
        : { blobIndexMatch: tags.map(({ name: tag, value }) => ({ name: tag, op: '==', value })) }),
    },
    actions: {
      baseBlob: { [action === 'delete' ? 'delete' : 'tierToCool']: { daysAfterModificationGreaterThan: afterDays } },
    },
  },
});
