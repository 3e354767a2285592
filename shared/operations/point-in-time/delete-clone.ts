import { JOB_TAG } from '../../domain/point-in-time/clone-tags';
import { asFailure } from '../../domain/failure';
import { Later } from '../../domain/jobs/later';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'flexServers' | 'settings'>;

/** Deletes this job's own server and looks until it is gone. A server without this job's tag is never touched. */
export async function deleteClone(systems: Needs, run: JobRun, clone: ServerAddress): Promise<null | Later> {
  const server = await systems.flexServers.find(clone, run.signal);
  if (server === undefined || server.tags[JOB_TAG] !== run.record.jobId) return null;
  if (server.state !== 'Dropping') {
    try {
      await systems.flexServers.beginDelete(clone, run.signal);
    } catch (error) {
      if (asFailure(error).code !== 'azure-busy') throw error;
    }
  }
  return new Later(systems.settings.get('ARM_POLL_SECONDS'), `${clone.server} is being deleted`);
}
