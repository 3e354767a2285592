import type { JobRecord, JobResult } from '../../domain/jobs/job';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import type { Systems } from '../../systems/systems';
import { abandonDump } from '../backup/abandon-backup';
import { abandonServer } from './delete-server';
import { cloneAddress } from './begin-clone';

type Needs = Pick<
  Systems,
  'backupStates' | 'clock' | 'databases' | 'dumpStore' | 'flexServers' | 'jobLedger' | 'settings'
>;

/**
 * After a failed or canceled restore: an uncommitted export is marked, and the new server goes, unless it is ready, was to
 * be kept and nobody canceled: then it may still be what somebody needs.
 */
export async function abandonClone(systems: Needs, record: JobRecord): Promise<JobResult | undefined> {
  await abandonDump(systems, record, 'pitr');
  const request = record.request as unknown as PitrRequest;
  const isReady = 'restore' in record.phasesDone;
  if (record.notes['askedAt'] === undefined) return undefined;
  if (isReady && request.then === 'keep' && record.cancelRequestedBy === undefined) return undefined;
  await abandonServer(systems, record, cloneAddress(systems, { record }, request));
  return undefined;
}
