import { addressOf, go } from '../route';
import type { Job } from './answers';
import { call } from './call';

/**
 * Starts a job and goes to its page. `idempotencyKey`: the same start, sent twice because its answer was lost, is one job;
 * default: another one each time. @throws ApiProblem
 */
export async function startJob(
  path: string,
  body?: object,
  idempotencyKey: string = crypto.randomUUID(),
): Promise<void> {
  const job = await call<Job>('POST', path, { idempotencyKey, ...(body === undefined ? {} : { body }) });
  go(addressOf(['jobs', job.jobId]));
}
