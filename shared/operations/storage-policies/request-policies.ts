import { Failure } from '../../domain/failure';
import type { JobRecord } from '../../domain/jobs/job';
import { policiesJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';
import { protectedAccounts } from './plan-storage-policies';
import { requestJob, requestJobFor } from '../jobs/request-job';

type Needs = Pick<Systems, 'clock' | 'jobLedger' | 'jobQueue' | 'settings' | 'storageAccounts'>;

/** @throws Failure `not-configured`, also without STORAGE_POLICY_WRITE, and those of `requestJobFor` */
export async function requestPolicies(
  systems: Needs,
  requestedBy: string,
  idempotencyKey: string | undefined,
): Promise<JobRecord> {
  protectedAccounts(systems);
  if (!systems.settings.get('STORAGE_POLICY_WRITE')) {
    const hint = 'ask with "dryRun": true for what differs; set it and give the identity the rights to have it mended';
    throw new Failure('not-configured', 'STORAGE_POLICY_WRITE is not true, so nothing may be written', { hint });
  }
  return requestJobFor(systems, { kind: 'storage-policies', request: {}, requestedBy }, idempotencyKey);
}

/** The daily comparison; nothing where Azure is not configured. */
export async function comparePoliciesDaily(systems: Needs): Promise<void> {
  if (systems.storageAccounts.configured().length === 0) return;
  const jobId = policiesJobId(systems.clock.now());
  await requestJob(systems, { kind: 'storage-policies', request: {}, requestedBy: 'timer:tick', jobId });
}
