import type { CheckFacts } from '../../domain/watch/check-facts';
import { type CheckChanges, type CheckState, lookAtChecks } from '../../domain/watch/check-states';
import { CHECK_NAMES, type CheckName, checkTable, newestVerified } from '../../domain/watch/checks';
import type { Metric } from '../../systems/telemetry/telemetry';
import type { Systems } from '../../systems/systems';
import { type CheckNeeds, gatherCheckFacts } from './gather-check-facts';
import { readServers } from '../advice/read-servers';

type Needs = CheckNeeds & Pick<Systems, 'checkStates' | 'log' | 'telemetry'>;

const HOUR_MS = 3_600_000;

/** Judged by the app that runs drills: of two apps it alone knows the server and the login that they need. */
const OF_DRILLS: readonly CheckName[] = ['last-drill'];
/** Judged by both: an app whose timer stands still does not tell that by itself. */
const OF_TIMERS: readonly CheckName[] = ['tick-timer', 'recovery-timer'];
const OTHERS = CHECK_NAMES.filter((name) => !OF_DRILLS.includes(name));

/** The hourly look at everything that is watched but the drills. */
export async function watch(systems: Needs & Pick<Systems, 'flexServers'>): Promise<void> {
  const [gathered, servers] = await Promise.all([gatherCheckFacts(systems), readServers(systems)]);
  const facts = { ...gathered, servers };
  await judge(systems, facts, OTHERS);
  await systems.telemetry.metrics(measureBackups(facts));
}

/** The hourly look of the app that runs drills at them, and at the timers of both. */
export async function watchDrills(systems: Needs): Promise<void> {
  const facts = await gatherCheckFacts(systems);
  await judge(systems, facts, [...OF_DRILLS, ...OF_TIMERS]);
  await systems.telemetry.metrics(measureDrills(facts));
}

/**
 * A change is written by compare-and-set before it is told, so that of two watchers at once one alone tells of it; what dies
 * in between is told by the daily report.
 */
async function judge(systems: Needs, facts: CheckFacts, names: readonly CheckName[]): Promise<void> {
  for (;;) {
    const { states, version } = await systems.checkStates.read();
    const changes = lookAtChecks(states, facts, names);
    if (!(await systems.checkStates.write(changes.states, version))) continue;
    return tellChanges(systems, changes, facts.now);
  }
}

async function tellChanges(systems: Needs, { failed, recovered }: CheckChanges, now: Date): Promise<void> {
  for (const state of failed) {
    systems.log.error('check-failed', { check: state.name, database: state.database, detail: state.detail });
    await systems.telemetry.event('CheckFailed', describe(state), {});
  }
  for (const state of recovered) {
    systems.log.info('check-recovered', { check: state.name, database: state.database });
    const { detail: _detail, hint: _hint, ...properties } = describe(state);
    await systems.telemetry.event('CheckRecovered', properties, { failedMs: now.getTime() - Date.parse(state.since) });
  }
}

/** Once a day: what still fails, with its age, because a single event of long ago is easily missed. */
export async function reportChecks(systems: Pick<Systems, 'checkStates' | 'clock' | 'telemetry'>): Promise<void> {
  const now = systems.clock.now();
  for (const state of (await systems.checkStates.read()).states) {
    if (state.state !== 'failing') continue;
    const ageHours = (now.getTime() - Date.parse(state.since)) / HOUR_MS;
    await systems.telemetry.event('CheckStillFailing', describe(state), { ageHours });
  }
}

function describe(state: CheckState): Record<'check' | 'database' | 'severity' | 'since' | 'detail' | 'hint', string> {
  const { severity, hint } = checkTable[state.name];
  const { name, database = '', since, detail = '' } = state;
  return { check: name, database, severity, since, detail, hint };
}

const measureDrills = ({ drills }: CheckFacts): Metric[] =>
  (drills ?? []).flatMap(({ database, passedByKind: { dump } }): Metric[] =>
    dump?.recoverySeconds == null ? [] : [{ name: 'DrillRecoverySeconds', value: dump.recoverySeconds, database }],
  );

function measureBackups({ databases, catalog, now }: CheckFacts): Metric[] {
  return (databases ?? []).flatMap((database): Metric[] => {
    const newest = newestVerified(catalog ?? [], database);
    if (newest === undefined) return [];
    const ageHours = (now.getTime() - Date.parse(newest.snapshotAt)) / HOUR_MS;
    return [
      { name: 'NewestBackupAgeHours', value: ageHours, database },
      { name: 'NewestBackupBytes', value: newest.sizeBytes, database },
    ];
  });
}
