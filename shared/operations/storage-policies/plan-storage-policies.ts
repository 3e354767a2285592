import { Failure } from '../../domain/failure';
import {
  type AccountProtection,
  type Drift,
  drift,
  findDrifts,
  type PolicyReport,
  type ProtectedAccount,
} from '../../domain/storage-policies/storage-policy';
import type { Systems } from '../../systems/systems';

export type PolicyNeeds = Pick<Systems, 'clock' | 'settings' | 'storageAccounts'>;

/** One account against what should protect it. */
export interface ComparedAccount {
  readonly purpose: ProtectedAccount['purpose'];
  readonly account: string;
  /** null: it could not be read, which is a drift of its own. */
  readonly protection: AccountProtection | null;
  readonly drifts: readonly Drift[];
}

export interface PolicyPlan {
  /** STORAGE_POLICY_WRITE: what has the remedy `app` is mended. */
  readonly mayWrite: boolean;
  readonly accounts: readonly ComparedAccount[];
}

/** Compares every account and changes none. @throws Failure `not-configured`, `invalid-settings`, `azure-unavailable` */
export async function planStoragePolicies(systems: PolicyNeeds, signal?: AbortSignal): Promise<PolicyPlan> {
  const mayWrite = systems.settings.get('STORAGE_POLICY_WRITE');
  const accounts: ComparedAccount[] = [];
  for (const account of protectedAccounts(systems)) accounts.push(await compare(systems, account, signal));
  return { mayWrite, accounts };
}

/** @throws Failure `not-configured` when there is none */
export function protectedAccounts(systems: PolicyNeeds): readonly ProtectedAccount[] {
  const accounts = systems.storageAccounts.configured();
  if (accounts.length > 0) return accounts;
  const needed = 'AZURE_SUBSCRIPTION_ID, STORAGE_RESOURCE_GROUP and an account in Azure';
  throw new Failure('not-configured', `storage policies need ${needed}`);
}

/** What is refused to this identity is told as a drift, so that it costs the other account nothing. */
async function compare(
  systems: PolicyNeeds,
  account: ProtectedAccount,
  signal?: AbortSignal,
): Promise<ComparedAccount> {
  const named = { purpose: account.purpose, account: account.account };
  try {
    const protection = await systems.storageAccounts.read(account, signal);
    const wanted = {
      softDeleteDays: systems.settings.get('SOFT_DELETE_DAYS'),
      coolAfterDays: systems.settings.get('DUMP_COOL_AFTER_DAYS'),
    };
    return { ...named, protection, drifts: findDrifts(account, protection, wanted) };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'azure-refused') throw error;
    return { ...named, protection: null, drifts: [drift('unreadable', error.detail)] };
  }
}

/** What of it the checks go by. */
export const reportOf = ({ accounts }: Pick<PolicyPlan, 'accounts'>, now: Date): PolicyReport => ({
  at: now.toISOString(),
  accounts: accounts.map(({ purpose, protection, drifts }) => ({
    ...{ purpose, drifts },
    blobSoftDeleteDays: protection?.blobSoftDeleteDays ?? null,
  })),
});
