import type { AppRole } from '../../domain/access/app-role';
import { asFailure } from '../../domain/failure';
import { dutiesOf, type Duty } from '../../domain/jobs/what-is-due';
import type { Systems } from '../../systems/systems';
import { requestCopies } from '../catalog/request-copies';
import { comparePoliciesDaily } from '../storage-policies/request-policies';
import { expireBackups } from '../retention/expire-backups';
import { mendCatalog } from '../catalog/mend-catalog';
import { requestDrops } from '../restore/request-drops';
import { requestVerifications } from '../catalog/request-verifications';
import { reportChecks, watch, watchDrills } from '../watch/watch';

const WORK: Readonly<Record<Duty, (systems: Systems) => Promise<unknown>>> = {
  'mend-catalog': mendCatalog,
  'expire-backups': expireBackups,
  'verify-again': requestVerifications,
  'compare-policies': comparePoliciesDaily,
  'request-copies': requestCopies,
  watch,
  'watch-drills': watchDrills,
  'drop-previous': requestDrops,
  'report-checks': reportChecks,
};

/**
 * Does one of tick's own duties. Its failure costs neither the other duties nor the jobs: one that may pass is tried again
 * with the next tick, any other in the next period.
 */
export async function doDuty(systems: Systems, duty: Duty): Promise<void> {
  const now = systems.clock.now();
  try {
    await WORK[duty](systems);
  } catch (error) {
    const failure = asFailure(error);
    systems.log.error('duty-failed', { duty, code: failure.code, detail: failure.detail });
    if (failure.retryable) return;
  }
  await systems.jobLedger.noteDuty(duty, now);
}

/** When the duties of this role were last done; one that never was is missing. */
export async function lastDone(
  systems: Pick<Systems, 'jobLedger'>,
  role: AppRole,
): Promise<Partial<Record<Duty, Date>>> {
  const done = await Promise.all(
    dutiesOf(role).map(async (duty) => [duty, await systems.jobLedger.lastDutyAt(duty)] as const),
  );
  return Object.fromEntries(done.filter(([, at]) => at !== undefined));
}
