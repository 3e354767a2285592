import type { JobRecord } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';
import { checkAzureBackup } from './back-up-in-azure';
import { requestCheckedJob, requestJob, requestJobFor } from '../jobs/request-job';

export interface BackupOrder {
  readonly database: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly requestedBy: string;
}

/** @throws Failure, those of `requestJobFor` */
export function requestBackup(
  systems: Systems,
  order: BackupOrder,
  idempotencyKey: string | undefined,
): Promise<JobRecord> {
  return requestJobFor(systems, { ...order, kind: 'backup' }, idempotencyKey);
}

/**
 * The dump and, beside it, Azure's own backup of the server. The answer is the job of the dump; that of Azure's has the
 * same id with `-azure` after it, so that a repeated request makes neither twice.
 *
 * @throws Failure also those of `checkAzureBackup`: then neither is started
 */
export async function requestBothBackups(
  systems: Systems,
  order: BackupOrder,
  idempotencyKey: string | undefined,
): Promise<JobRecord> {
  const request = { ...order.request, createAzureBackup: true };
  const { database, requestedBy } = order;
  const asked = { database, requestedBy, kind: 'backup', request } as const;
  const dump = await requestCheckedJob(systems, asked, idempotencyKey, async () => {
    await checkAzureBackup(systems, database);
    return {};
  });
  await requestJob(systems, { database, requestedBy, kind: 'azure-backup', jobId: `${dump.jobId}-azure`, request: {} });
  return dump;
}
