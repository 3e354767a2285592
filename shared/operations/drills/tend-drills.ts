import { runsKind } from '../../domain/access/app-role';
import { type DueDrill, dueDrills, scheduledSource } from '../../domain/drills/due-drills';
import { asFailure } from '../../domain/failure';
import { drillJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';
import { canMakeServers, hasDrillPlace } from './drill-place';
import { reapDrillDatabases } from './reap-drill-databases';
import { requestJob } from '../jobs/request-job';

type Needs = Pick<
  Systems,
  'clock' | 'databases' | 'jobLedger' | 'jobQueue' | 'log' | 'pgAdmin' | 'schedules' | 'settings'
>;

/** The first `tick` of an hour looks for what drills have left. */
const REAPED_BEFORE_MINUTE = 5;

/** The part of `tick` that is about drills: starts those that are due, and drops what ended ones have left. */
export async function tendDrills(systems: Needs): Promise<void> {
  if (!runsKind(systems.settings.get('APP_ROLE'), 'drill')) return;
  for (const due of await findDue(systems)) {
    const { database } = due;
    const source = scheduledSource(due.scheduledAt, canDrillPointInTime(systems, database));
    await requestJob(systems, {
      ...{ kind: 'drill', database, request: { source }, requestedBy: 'DRILL_SCHEDULE' },
      jobId: drillJobId(database, due.scheduledAt),
    });
    systems.log.info('drill-started', { database, source });
  }
  if (systems.clock.now().getUTCMinutes() < REAPED_BEFORE_MINUTE) await reapDrillDatabases(systems);
}

/** A bad schedule or drill URL stops only the drills. */
async function findDue(systems: Needs): Promise<DueDrill[]> {
  try {
    const names = systems.databases.names().filter((name) => hasDrillPlace(systems, name));
    if (names.length === 0) return [];
    const now = systems.clock.now();
    const at = systems.schedules.drillBefore(now);
    const drills = await Promise.all(
      names.map(async (database) => {
        const jobExists = (await systems.jobLedger.read(drillJobId(database, at))) !== undefined;
        return { database, scheduledAt: at, jobExists };
      }),
    );
    return dueDrills(now, drills);
  } catch (error) {
    systems.log.error('drills-not-started', { why: asFailure(error).message });
    return [];
  }
}

function canDrillPointInTime(systems: Needs, database: string): boolean {
  return systems.settings.get('DRILL_PITR') && canMakeServers(systems, database);
}
