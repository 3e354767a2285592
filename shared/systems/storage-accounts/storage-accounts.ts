import type { AccountProtection, OwnRule, ProtectedAccount } from '../../domain/storage-policies/storage-policy';

/**
 * The storage accounts as Azure Resource Manager has them. Failures of every call: `not-configured`, `azure-unavailable`,
 * `azure-refused` (also for an account that is in none of the configured resource groups); the reason of `signal` when it is
 * a Failure.
 */
export interface StorageAccounts {
  /** Those that can be asked about: none without subscription and resource group, and no emulator. @throws Failure `invalid-settings` */
  configured(): readonly ProtectedAccount[];
  read(account: ProtectedAccount, signal?: AbortSignal): Promise<AccountProtection>;
  /** Both soft deletes to at least so many days; whatever else the Blob service has, CORS rules too, is written as it was. */
  raiseSoftDelete(account: string, days: number, signal?: AbortSignal): Promise<void>;
  /** Adds the rule, or replaces the one of its name; all others are written as they were. */
  putRule(account: string, rule: OwnRule, signal?: AbortSignal): Promise<void>;
}
