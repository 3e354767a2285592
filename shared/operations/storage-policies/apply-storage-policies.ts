import type { JobResult } from '../../domain/jobs/job';
import { coolRule, expiryRule, type DriftKind } from '../../domain/storage-policies/storage-policy';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { type ComparedAccount, planStoragePolicies, type PolicyNeeds, reportOf } from './plan-storage-policies';

type Needs = PolicyNeeds & Pick<Systems, 'log' | 'policyReports'>;

/**
 * Compares the accounts with what should protect them, mends where that is allowed, looks again and keeps what it found
 * for the checks. Every write is made of what was read just before; done twice it changes nothing.
 */
export async function applyStoragePolicies(systems: Needs, run: JobRun): Promise<JobResult> {
  const { signal } = run;
  const before = await planStoragePolicies(systems, signal);
  const written: string[] = [];
  if (before.mayWrite) {
    for (const account of before.accounts) written.push(...(await mend(systems, account, signal)));
  }
  const after = written.length === 0 ? before : await planStoragePolicies(systems, signal);
  await systems.policyReports.write(reportOf(after, systems.clock.now()));
  const drifts = after.accounts.flatMap(({ purpose, account, drifts: found }) =>
    found.map(({ what, detail }) => ({ purpose, account, what, detail })),
  );
  const warnings = drifts.map(({ what, purpose, detail }) => ({ code: what, detail: `${purpose} account: ${detail}` }));
  return { written, drifts, warnings };
}

/** @returns what was written, in words */
async function mend(systems: Needs, compared: ComparedAccount, signal: AbortSignal): Promise<string[]> {
  const { account, protection, drifts } = compared;
  const has = (...kinds: DriftKind[]): boolean => drifts.some(({ what }) => kinds.includes(what));
  const days = systems.settings.get('SOFT_DELETE_DAYS');
  const written: string[] = [];
  if (has('blob-soft-delete', 'container-soft-delete')) {
    await systems.storageAccounts.raiseSoftDelete(account, days, signal);
    written.push(`${account}: blob and container soft delete, at least ${days} days`);
  }
  if (has('expiry-rule') && protection !== null) {
    for (const { name } of protection.containers) {
      const rule = expiryRule(name, protection);
      await systems.storageAccounts.putRule(account, rule, signal);
      written.push(`${account}: the lifecycle rule ${rule.name}`);
    }
  }
  if (has('cool-rule') && protection !== null) {
    for (const { name } of protection.containers) {
      const rule = coolRule(name, systems.settings.get('DUMP_COOL_AFTER_DAYS'));
      await systems.storageAccounts.putRule(account, rule, signal);
      written.push(`${account}: the lifecycle rule ${rule.name}`);
    }
  }
  for (const what of written) systems.log.warn('storage-policy-written', { what });
  return written;
}
