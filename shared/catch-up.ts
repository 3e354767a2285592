import { app } from './app';
import { tickName } from './domain/access/app-role';
import { doWhatIsDue } from './operations/jobs/do-what-is-due';
import { tendDrills } from './operations/drills/tend-drills';

const LOOK_EVERY_MS = 60_000;
const TICK_MAX_AGE_MS = 30 * 60_000;
let lookedAt = Number.NEGATIVE_INFINITY;

/**
 * A frozen timer loses no night: a call that finds the last tick older than 30 minutes enqueues what is due. Looks once a
 * minute per instance; the first look of a new installation starts the count. Never throws: it rides on other calls.
 */
export async function catchUp(): Promise<void> {
  if (performance.now() - lookedAt < LOOK_EVERY_MS) return;
  lookedAt = performance.now();
  const { systems, nightlyScheduledAt } = app();
  try {
    const { jobLedger, clock } = systems;
    const role = systems.settings.get('APP_ROLE');
    const names = [tickName(role, 'tick'), tickName(role, 'catch-up')];
    const times = await Promise.all(names.map((name) => jobLedger.lastTickAt(name)));
    const last = Math.max(...times.map((time) => time?.getTime() ?? 0));
    if (last === 0) await jobLedger.noteTick(tickName(role, 'catch-up'), clock.now());
    else if (clock.now().getTime() - last > TICK_MAX_AGE_MS) {
      await doWhatIsDue(systems, nightlyScheduledAt, 'catch-up');
      await tendDrills(systems);
    }
  } catch (error) {
    systems.log.warn('catch-up-failed', { why: error instanceof Error ? error.message : 'unknown' });
  }
}
