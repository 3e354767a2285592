import { databaseOf } from '../../domain/jobs/job-lock';
import type { QuietedClone } from '../../systems/pg-server/pg-clones';
import type { Systems } from '../../systems/systems';
import type { ServerReady } from './await-server';
import type { JobRun } from '../jobs/job-run';

/** Subscriptions and schedules are stilled before anything else touches the clone's data. */
export function quietClone(
  systems: Pick<Systems, 'databases' | 'pgClones'>,
  run: JobRun,
  ready: ServerReady,
  keepJobs: boolean,
): Promise<QuietedClone> {
  const admin = { ...systems.databases.admin(databaseOf(run.record)), host: ready.host };
  return systems.pgClones.quiet(admin, { keepJobs }, run.signal);
}
