import { databaseOfBackup } from '../../domain/backup/backup-name';
import { asFailure } from '../../domain/failure';
import { hasEnded } from '../../domain/jobs/job';
import { copyJobId } from '../../domain/jobs/job-id';
import { MANIFEST_VERSION } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';
import { readWholeCatalog } from './read-catalog';
import { openJobs } from '../jobs/open-jobs';
import { requestJob } from '../jobs/request-job';

type Needs = Pick<
  Systems,
  'backupStates' | 'clock' | 'dumpStore' | 'jobLedger' | 'jobQueue' | 'log' | 'secondCopy' | 'settings'
>;

/** Copies that wait or run at a time, so that the first ones of a full catalog do not stand before everything else. */
const OPEN_COPIES = 10;

/** Asks for the copy of a backup that was just published. It fails nothing: what is not asked for here, `tick` asks for. */
export async function requestCopy(systems: Needs, backupId: string): Promise<void> {
  try {
    if (systems.secondCopy.isConfigured()) await requestCopyJob(systems, backupId, 'publish');
  } catch (error) {
    systems.log.warn('copy-not-requested', { backupId, why: asFailure(error).message });
  }
}

/** Hourly: asks for the copies of verified backups that have none, the newest first. @returns their ids */
export async function requestCopies(systems: Needs): Promise<string[]> {
  if (!systems.secondCopy.isConfigured()) return [];
  const copies = (await openJobs(systems)).filter(({ kind }) => kind === 'copy');
  const open = copies.filter((record) => !hasEnded(record)).length;
  if (open >= OPEN_COPIES) return [];
  const known = new Set(copies.map(({ jobId }) => jobId));
  const { entries, states } = await readWholeCatalog(systems);
  const requested: string[] = [];
  for (const { backupId, state, manifestVersion } of entries) {
    if (open + requested.length >= OPEN_COPIES) break;
    if (backupId === null || state !== 'verified' || (manifestVersion ?? 0) > MANIFEST_VERSION) continue;
    if (states.get(backupId)?.copied !== undefined) continue;
    // today's job has failed: the record says so, and need not be refused by storage
    if (known.has(copyJobId(backupId, systems.clock.now()))) continue;
    if (await requestCopyJob(systems, backupId, 'timer:tick')) requested.push(backupId);
  }
  return requested;
}

/** False when today's job was there already. */
async function requestCopyJob(systems: Needs, backupId: string, requestedBy: string): Promise<boolean> {
  const { isNew } = await requestJob(systems, {
    ...{ kind: 'copy', database: databaseOfBackup(backupId), request: { backupId }, requestedBy },
    jobId: copyJobId(backupId, systems.clock.now()),
  });
  return isNew;
}
