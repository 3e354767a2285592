import { databaseOf } from '../../domain/jobs/job-lock';
import type { Later } from '../../domain/jobs/later';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import { cloneName, expectServerName } from '../../domain/point-in-time/server-names';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { restorePlaces } from './azure-places';
import { beginServer } from './begin-server';
import type { JobRun } from '../jobs/job-run';
import { preparePitr } from './prepare-pitr';

type Needs = Pick<Systems, 'clock' | 'databases' | 'flexServers' | 'jobLedger' | 'settings'>;

/** Where the new server of a job is, or will be: the same whoever works on the job. */
export function cloneAddress(systems: Needs, run: Pick<JobRun, 'record'>, request: PitrRequest): ServerAddress {
  const places = restorePlaces(systems, databaseOf(run.record));
  const name = request.targetServer ?? cloneName(places.source.server, request.pointInTime, run.record.jobId);
  return { resourceGroup: places.restoreGroup, server: expectServerName(name) };
}

/** Asks Azure, once, for the database's server as it was at the moment. @throws Failure, those of `preparePitr` */
export function beginClone(systems: Needs, run: JobRun, request: PitrRequest): Promise<{ askedAt: string } | Later> {
  const target = cloneAddress(systems, run, request);
  return beginServer(systems, run, target, async () => {
    const order = { database: databaseOf(run.record), request, jobId: run.record.jobId };
    const { plan, source } = await preparePitr(systems, order, run.signal);
    return {
      expiresAt: plan.expiresAt,
      send: (tags, save) => {
        const { pointInTime } = request;
        return systems.flexServers.beginRestore({ target, source, pointInTime, tags }, save, run.signal);
      },
    };
  });
}
