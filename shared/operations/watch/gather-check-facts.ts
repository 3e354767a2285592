import { readCatalog } from '../../domain/catalog/catalog';
import type { CheckFacts } from '../../domain/watch/check-facts';
import type { RecordedState } from '../../domain/catalog/recorded-state';
import { planRetention, type RetentionStop } from '../../domain/retention/retention';
import { findShrunken } from '../../domain/backup/shrunken';
import type { Systems } from '../../systems/systems';
import { type Catalog, catalogReading } from '../catalog/read-catalog';
import { openJobs } from '../jobs/open-jobs';
import { readLastDrills } from '../drills/read-last-drills';
import { retentionPolicy } from '../retention/retention-policy';
import { verifiedReleases } from '../backup/running-release';

export type CheckNeeds = Pick<
  Systems,
  | 'backupStates'
  | 'clock'
  | 'databases'
  | 'dumpAccount'
  | 'dumpStore'
  | 'evidence'
  | 'jobLedger'
  | 'jobQueue'
  | 'policyReports'
  | 'releaseRecords'
  | 'schedules'
  | 'secondCopy'
  | 'settings'
  | 'storageAccounts'
>;

/**
 * From storage alone: no database is asked, so that it answers when all of them are down. Never throws.
 *
 * @param maxAgeMs how old the catalog may be (`readWholeCatalog`)
 */
export async function gatherCheckFacts(systems: CheckNeeds, maxAgeMs = 0): Promise<CheckFacts> {
  const reading = catalogReading(systems, maxAgeMs);
  const [
    settings,
    databases,
    blobs,
    states,
    role,
    lastTicks,
    freshness,
    percent,
    pitrMinDays,
    jobs,
    deadTickets,
    dumpAccount,
    releases,
    drills,
    policies,
    isCopying,
  ] = await Promise.all([
    known(() => [...systems.settings.problems().map(({ name }) => name), ...systems.databases.problems()]),
    known(() => systems.databases.names()),
    known(() => reading.blobs),
    known(() => reading.states),
    known(() => systems.settings.get('APP_ROLE')),
    known(() => readLastTicks(systems)),
    known(() => systems.settings.get('FRESHNESS_MAX_HOURS')),
    known(() => systems.settings.get('SHRINK_ALERT_PERCENT')),
    known(() => systems.settings.get('PITR_MIN_DAYS')),
    known(() => openJobs(systems)),
    known(() => systems.jobQueue.countDead()),
    known(() => systems.dumpAccount.describe()),
    known(() => verifiedReleases(systems)),
    known(() => readLastDrills(systems)),
    known(() => lastPolicies(systems)),
    known(() => systems.secondCopy.isConfigured()),
  ]);
  const now = systems.clock.now();
  const recorded = states ?? new Map();
  const catalog = blobs === null ? null : readCatalog(blobs, recorded, now);
  const shrunken = findShrunken(catalog ?? [], recorded, percent ?? 50);
  return {
    now,
    badSettings: settings ?? [],
    ...{ databases, catalog, shrunken, jobs, deadTickets, dumpAccount, drills, policies },
    copies: isCopying === false ? 'not-configured' : states && copiesIn(states),
    verifiedReleases: releases,
    stateStorage: lastTicks === null || states === null ? 'unreadable' : 'readable',
    ...{ role: role ?? 'all', lastTicks: lastTicks ?? { backup: undefined, recovery: undefined } },
    freshnessMaxHours: freshness ?? 26,
    ...{ servers: null, pitrMinDays: pitrMinDays ?? 7 },
    retentionStops: catalog && releases && (await known(() => retentionStops(systems, catalog, shrunken, releases))),
  };
}

/** null: configured and never compared. */
async function lastPolicies(systems: CheckNeeds): Promise<CheckFacts['policies']> {
  if (systems.storageAccounts.configured().length === 0) return 'not-configured';
  return (await systems.policyReports.read()) ?? null;
}

const copiesIn = (states: ReadonlyMap<string, RecordedState>): ReadonlySet<string> =>
  new Set([...states].filter(([, { copied }]) => copied !== undefined).map(([backupId]) => backupId));

async function readLastTicks({ jobLedger }: CheckNeeds): Promise<CheckFacts['lastTicks']> {
  const [backup, recovery] = await Promise.all([jobLedger.lastTickAt('tick'), jobLedger.lastTickAt('recovery-tick')]);
  return { backup, recovery };
}

function retentionStops(
  systems: CheckNeeds,
  catalog: Catalog['entries'],
  shrunken: ReadonlySet<string>,
  releases: ReadonlyMap<string, string>,
): readonly RetentionStop[] {
  const facts = { now: systems.clock.now(), catalog, shrunken, verifiedReleases: releases };
  return planRetention(facts, retentionPolicy(systems)).stops;
}

/** null: it could not be known. */
async function known<T>(read: () => T | Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
