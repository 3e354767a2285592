import { type ArmAnswer, type ArmCall, problem } from './arm-answer';

/** A storage account as the simulator knows it: the `properties` of its parts, as they are sent and answered. */
export interface SimulatedAccount {
  readonly name: string;
  readonly resourceGroup: string;
  /** Of `blobServices/default`. A write replaces all of it: what is left out is gone. */
  blobService: Readonly<Record<string, unknown>>;
  /** Of `managementPolicies/default`; undefined: there is none. */
  lifecycle: readonly LifecycleRuleBody[] | undefined;
  readonly containers: Map<string, Readonly<Record<string, unknown>>>;
}

export interface LifecycleRuleBody {
  readonly name: string;
  readonly enabled?: boolean;
  readonly type: string;
  readonly definition: {
    readonly filters?: {
      readonly blobTypes: readonly string[];
      readonly prefixMatch?: readonly string[];
      readonly blobIndexMatch?: readonly { readonly name: string; readonly op: string; readonly value: string }[];
    };
    readonly actions: {
      readonly baseBlob?: {
        readonly delete?: { readonly daysAfterModificationGreaterThan?: number };
        readonly tierToArchive?: object;
      };
    };
  };
}

/** As Azure makes one: no soft delete, no lifecycle policy. */
export const newAccount = (name: string, resourceGroup: string, containers: readonly string[]): SimulatedAccount => ({
  ...{ name, resourceGroup, lifecycle: undefined },
  blobService: { cors: { corsRules: [] }, deleteRetentionPolicy: { allowPermanentDelete: false, enabled: false } },
  containers: new Map(containers.map((container) => [container, { publicAccess: 'None', leaseStatus: 'Unlocked' }])),
});

const PATH = /\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Storage\/storageAccounts\/([^/]+)(\/.*)?$/i;

/** Undefined: the call is not about a storage account. */
export function answerStorage(
  accounts: ReadonlyMap<string, SimulatedAccount>,
  subscriptionId: string,
  call: ArmCall,
): ArmAnswer | undefined {
  const match = PATH.exec(call.path);
  if (match === null) return undefined;
  const [, group = '', name = '', rest = ''] = match;
  const account = accounts.get(name);
  if (account?.resourceGroup !== group) {
    return problem(404, 'ResourceNotFound', `The Resource 'Microsoft.Storage/storageAccounts/${name}' was not found.`);
  }
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const part = (type: string, partName: string, properties: object): ArmAnswer => ({
    status: 200,
    body: { id: `${id}${rest}`, name: partName, type: `Microsoft.Storage/storageAccounts/${type}`, properties },
  });
  const container = /^\/blobServices\/default\/containers\/([^/]+)$/.exec(rest)?.[1];
  if (container !== undefined && call.method === 'GET') {
    const found = account.containers.get(container);
    if (found === undefined) return problem(404, 'ContainerNotFound', 'The specified container does not exist.');
    return part('blobServices/containers', container, found);
  }
  const sent = (call.body as { properties?: Record<string, unknown> } | undefined)?.properties ?? {};
  switch (`${call.method} ${rest}`) {
    case 'GET /blobServices/default':
      return part('blobServices', 'default', account.blobService);
    case 'PUT /blobServices/default':
      if (!hasPossibleDays(sent)) return problem(400, 'InvalidValuesForRequestParameters', 'days: 1 to 365');
      account.blobService = sent;
      return part('blobServices', 'default', sent);
    case 'GET /managementPolicies/default':
      if (account.lifecycle === undefined) return problem(404, 'ManagementPolicyNotFound', 'No policy is there.');
      return part('managementPolicies', 'DefaultManagementPolicy', policyOf(account));
    case 'PUT /managementPolicies/default': {
      const { rules } = (sent as { policy: { rules: LifecycleRuleBody[] } }).policy;
      if (!isPossible(rules)) return problem(400, 'InvalidRequestPropertyValue', 'at most 100 rules, each name once');
      account.lifecycle = rules;
      return part('managementPolicies', 'DefaultManagementPolicy', policyOf(account));
    }
    default:
      return problem(405, 'MethodNotAllowed', `${call.method} ${rest}`);
  }
}

const policyOf = ({ lifecycle }: SimulatedAccount): object => ({
  lastModifiedTime: '2026-11-20T02:53:39.0932539Z',
  policy: { rules: lifecycle },
});

function hasPossibleDays(properties: Record<string, unknown>): boolean {
  return ['deleteRetentionPolicy', 'containerDeleteRetentionPolicy'].every((name) => {
    const policy = properties[name] as { enabled?: boolean; days?: number } | undefined;
    return policy?.enabled !== true || (policy.days !== undefined && policy.days >= 1 && policy.days <= 365);
  });
}

function isPossible(rules: readonly LifecycleRuleBody[]): boolean {
  const isMatch = ({ definition }: LifecycleRuleBody): boolean =>
    (definition.filters?.blobIndexMatch ?? []).every(({ op }) => op === '==');
  return rules.length <= 100 && new Set(rules.map(({ name }) => name)).size === rules.length && rules.every(isMatch);
}
