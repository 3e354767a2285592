import { Failure } from '../domain/failure';
import type { JobRecord, JobResult } from '../domain/job';
import { connectedBeside, type PgConnection } from '../domain/pg-connection';
import type { RestorePlan } from '../domain/restore-plan';
import type { RestoreRequest } from '../domain/restore-request';
import type { Systems } from '../systems/systems';
import { abandonRestore, carryOutRestore } from './carry-out-restore';
import { findBackup } from './find-backup';
import type { JobRun } from './job-run';
import { planRestoreFor } from './plan-restore';

/** The job of a restore: plans anew from fresh facts, keeps that plan, and carries it out. */
export async function restoreDatabase(systems: Systems, run: JobRun): Promise<JobResult> {
  const request = run.record.request as unknown as RestoreRequest;
  const plan = await run.phase('plan', async () => {
    const planned = await planRestoreFor(systems, request, run.signal);
    const [refusal] = planned.plan.refusals;
    if (refusal !== undefined) throw new Failure(refusal.code, refusal.detail, { hint: refusal.hint });
    return planned.plan;
  });
  const { manifest } = await findBackup(systems, plan.backup.backupId);
  return carryOutRestore(systems, run, { plan, manifest, admin: adminOf(systems, plan) });
}

/** Without a plan nothing was begun. */
export async function abandonRestoreJob(systems: Systems, record: JobRecord): Promise<JobResult | undefined> {
  const plan = planOfJob(record);
  return plan === undefined ? undefined : abandonRestore(systems, record, { plan, admin: adminOf(systems, plan) });
}

export const planOfJob = (record: JobRecord): RestorePlan | undefined =>
  record.phasesDone['plan'] as RestorePlan | undefined;

/** The admin login on the plan's target, connected to another database than the one that is restored. */
export function adminOf({ databases }: Pick<Systems, 'databases'>, plan: RestorePlan): PgConnection {
  const login = plan.target.name === null ? databases.admin(plan.backup.name) : databases.target(plan.target.name);
  return connectedBeside(login, plan.database);
}
