import { timeOfBackup } from '../../domain/backup/backup-name';
import type { DrillFacts, PassedDrill } from '../../domain/watch/check-facts';
import { DRILL_KINDS, type DrillKind } from '../../domain/drills/drill';
import type { Systems } from '../../systems/systems';
import { hasDrillPlace } from './drill-place';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'databases' | 'evidence' | 'schedules' | 'settings'>;

/** A drill that was missed is started within seven days (due-drills.ts); one more to run and to be started by hand. */
const SLACK_MS = 8 * 24 * 3600 * 1000;
/** Of the first batch one for each database: as a rule their last drills passed, and no more is read. */
const READS_AT_ONCE = 20;
/** Without a passed one among so many, none has passed for as long as matters. */
const READS_AT_MOST = 200;

/** Of each database that drills are set up for, the newest that passed; null where none is. */
export async function readLastDrills(systems: Needs): Promise<DrillFacts[] | null> {
  const { databases, clock, schedules } = systems;
  const names = databases.names().filter((name) => hasDrillPlace(systems, name));
  if (names.length === 0) return null;
  const promisedAt = schedules.drillBefore(new Date(clock.now().getTime() - SLACK_MS)).toISOString();
  const passed = await newestPassed(systems, names);
  return Promise.all(
    names.map(async (database) => {
      const found = passed.get(database);
      const firstId = found === undefined ? await systems.backupStates.firstBackupId(database) : undefined;
      return {
        ...{ database, promisedAt },
        passed: found?.newest,
        passedByKind: found?.byKind ?? {},
        firstBackupAt: firstId && timeOfBackup(firstId),
      };
    }),
  );
}

interface NewestPassed {
  readonly newest: PassedDrill;
  readonly byKind: Readonly<Partial<Record<DrillKind, PassedDrill>>>;
}

/** Stops when each database has one of each kind; who drills one kind alone has few to read. */
async function newestPassed(systems: Needs, names: readonly string[]): Promise<Map<string, NewestPassed>> {
  const found = new Map<string, NewestPassed>();
  const isComplete = (name: string): boolean => {
    const byKind = found.get(name)?.byKind;
    return DRILL_KINDS.every((kind) => byKind?.[kind] !== undefined);
  };
  const ids = (await systems.evidence.ids()).slice(0, READS_AT_MOST);
  while (ids.length > 0 && !names.every(isComplete)) {
    const read = await Promise.all(ids.splice(0, READS_AT_ONCE).map((id) => systems.evidence.read(id)));
    for (const evidence of read) {
      if (evidence?.verdict !== 'passed') continue;
      const { database, kind, finishedAt: at, recoverySeconds } = evidence;
      const passed: PassedDrill = { at, recoverySeconds };
      const known = found.get(database);
      found.set(database, { newest: known?.newest ?? passed, byKind: { [kind]: passed, ...known?.byKind } });
    }
  }
  return found;
}
