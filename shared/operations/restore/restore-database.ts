import type { JobRecord, JobResult } from '../../domain/jobs/job';
import { expectNoRefusal, type RestorePlan } from '../../domain/restore/restore-plan';
import type { RestoreRequest } from '../../domain/restore/restore-request';
import type { Systems } from '../../systems/systems';
import { abandonRestore, carryOutRestore } from './carry-out-restore';
import { findBackup } from '../catalog/find-backup';
import type { JobRun } from '../jobs/job-run';
import { planRestoreFor, restorePlace } from './plan-restore';

const PLAN_FACTS = 'plan';

/**
 * Plans anew, because much may have changed since the request, and carries that plan out; a takeover goes on with the same
 * one, because a half done restore would be planned otherwise.
 *
 * @throws Failure what the plan refuses, before anything has been touched
 */
export async function restoreDatabase(systems: Systems, run: JobRun): Promise<JobResult> {
  const { jobId } = run.record;
  const request = run.record.request as unknown as RestoreRequest;
  await run.phase('plan', async () => {
    const { plan } = await planRestoreFor(systems, request, run.signal);
    expectNoRefusal(plan.refusals);
    await systems.jobLedger.saveFacts(jobId, PLAN_FACTS, plan);
  });
  const plan = (await systems.jobLedger.readFacts(jobId, PLAN_FACTS)) as RestorePlan;
  const { manifest } = await findBackup(systems, request.backupId);
  const { admin } = restorePlace(systems, request, manifest);
  const result = await carryOutRestore(systems, run, { plan, manifest, admin });
  return { backupId: request.backupId, sizeBytes: manifest.dump.sizeBytes, ...result };
}

export async function abandonRestoring(systems: Systems, record: JobRecord): Promise<JobResult | undefined> {
  const plan = (await systems.jobLedger.readFacts(record.jobId, PLAN_FACTS)) as RestorePlan | undefined;
  if (plan === undefined) return undefined;
  const request = record.request as unknown as RestoreRequest;
  const { manifest } = await findBackup(systems, request.backupId);
  return abandonRestore(systems, record, { plan, ...restorePlace(systems, request, manifest) });
}
