import { databaseOfBackup } from '../../domain/backup/backup-name';
import { planRetention, type RetentionPlan, type RetentionPolicy } from '../../domain/retention/retention';
import { findShrunken } from '../../domain/backup/shrunken';
import type { Systems } from '../../systems/systems';
import { type Catalog, readWholeCatalog } from '../catalog/read-catalog';
import { retentionPolicy } from './retention-policy';
import { verifiedReleases } from '../backup/running-release';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'releaseRecords' | 'settings'>;

export interface RetentionDecision {
  readonly catalog: Catalog;
  readonly policy: RetentionPolicy;
  readonly plan: RetentionPlan;
}

/** What the next run of retention would do: the run itself begins with this very plan. Changes nothing. */
export async function decideRetention(systems: Needs): Promise<RetentionDecision> {
  const policy = retentionPolicy(systems);
  const percent = systems.settings.get('SHRINK_ALERT_PERCENT');
  const [catalog, verified] = await Promise.all([readWholeCatalog(systems), verifiedReleases(systems)]);
  const plan = planRetention(
    {
      now: systems.clock.now(),
      catalog: catalog.entries,
      shrunken: findShrunken(catalog.entries, catalog.states, percent),
      verifiedReleases: verified,
    },
    policy,
  );
  return { catalog, policy, plan };
}

/** The plan for a caller, of one database or of all. */
export async function showRetentionPlan(
  systems: Needs,
  database: string | undefined,
): Promise<RetentionPlan & { policy: RetentionPolicy }> {
  const { plan, policy } = await decideRetention(systems);
  const isWanted = (name: string): boolean => database === undefined || name === database;
  const ofWanted = (backupId: string): boolean => isWanted(databaseOfBackup(backupId));
  return {
    policy,
    items: plan.items.filter((item) => isWanted(item.database)),
    stops: plan.stops.filter((stop) => isWanted(stop.database)),
    expire: plan.expire.filter(ofWanted),
    lift: plan.lift.filter(ofWanted),
  };
}
