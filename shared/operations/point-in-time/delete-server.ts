import { JOB_TAG } from '../../domain/point-in-time/clone-tags';
import { asFailure } from '../../domain/failure';
import { Later } from '../../domain/jobs/later';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { JobRecord } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'flexServers' | 'settings'>;

/** Deletes this job's own server and looks until it is gone. A server without this job's tag is never touched. */
export async function deleteServer(systems: Needs, run: JobRun, made: ServerAddress): Promise<null | Later> {
  const server = await systems.flexServers.find(made, run.signal);
  if (server === undefined || server.tags[JOB_TAG] !== run.record.jobId) return null;
  if (server.state !== 'Dropping') {
    try {
      await systems.flexServers.beginDelete(made, run.signal);
    } catch (error) {
      if (asFailure(error).code !== 'azure-busy') throw error;
    }
  }
  return new Later(systems.settings.get('ARM_POLL_SECONDS'), `${made.server} is being deleted`);
}

/** The same for a job that has ended: asks once and does not wait; what is refused then is left to the reaper. */
export async function abandonServer(
  systems: Pick<Systems, 'flexServers'>,
  record: JobRecord,
  made: ServerAddress,
): Promise<void> {
  const server = await systems.flexServers.find(made);
  if (server?.tags[JOB_TAG] === record.jobId) await systems.flexServers.beginDelete(made);
}
