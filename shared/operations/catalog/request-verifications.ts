import { type DueVerification, dueVerifications } from '../../domain/catalog/due-verifications';
import { reverifyJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';
import { readWholeCatalog } from './read-catalog';
import { requestJob } from '../jobs/request-job';

type Needs = Pick<
  Systems,
  'backupStates' | 'clock' | 'databases' | 'dumpStore' | 'jobLedger' | 'jobQueue' | 'settings'
>;

const GIB = 1024 ** 3;

/** Once a day: requests the reads of kept dumps that are due, as jobs like any other. */
export async function requestVerifications(systems: Needs): Promise<DueVerification[]> {
  const { settings, clock } = systems;
  const perWeek = settings.get('REVERIFY_PER_WEEK');
  const bytesPerWeek = settings.get('REVERIFY_MAX_GIB') * GIB;
  const { entries, states } = await readWholeCatalog(systems);
  const now = clock.now();
  const databases = systems.databases.names();
  const due = dueVerifications({ ...{ now, databases, states, perWeek, bytesPerWeek }, catalog: entries });
  for (const { database, backupId } of due) {
    await requestJob(systems, {
      ...{ kind: 'verify', database, request: { backupId }, requestedBy: 'REVERIFY_PER_WEEK' },
      jobId: reverifyJobId(backupId, now),
    });
  }
  return due;
}
