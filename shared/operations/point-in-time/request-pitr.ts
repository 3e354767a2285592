import { randomUUID } from 'node:crypto';
import { newJobId } from '../../domain/jobs/job-id';
import type { JobRecord } from '../../domain/jobs/job';
import type { PitrPlan } from '../../domain/point-in-time/pitr-plan';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import type { Systems } from '../../systems/systems';
import { preparePitr } from './prepare-pitr';
import { requestCheckedJob } from '../jobs/request-job';

export interface PitrOrder {
  readonly database: string;
  readonly request: PitrRequest;
  readonly requestedBy: string;
}

/** The plan that the job would carry out; its server's name ends in the job's id, which does not exist yet. */
export async function dryRunPitr(systems: Systems, order: PitrOrder): Promise<PitrPlan> {
  // names what the job needs later, too: nobody should learn of it after the wait
  systems.databases.admin(order.database);
  const jobId = newJobId(systems.clock.now(), randomUUID().slice(0, 8));
  return (await preparePitr(systems, { ...order, jobId })).plan;
}

/** Refuses at once what cannot work, then makes the job. @throws Failure, those of `preparePitr` and `requestCheckedJob` */
export async function requestPitr(
  systems: Systems,
  order: PitrOrder,
  idempotencyKey: string | undefined,
): Promise<JobRecord> {
  const asked = { ...order, kind: 'pitr-restore', request: { ...order.request } } as const;
  return requestCheckedJob(systems, asked, idempotencyKey, async () => {
    await dryRunPitr(systems, order);
    return {};
  });
}
