/**
 * What a scheduled drill rehearses: every second quarter of the year a point in time, where that can be; else the newest dump.
 *
 * @param scheduledAt counts, not the time of a late start
 */
export function scheduledSource(scheduledAt: Date, canDrillPointInTime: boolean): 'newest' | 'pitr' {
  const isSecond = Math.floor(scheduledAt.getUTCMonth() / 3) % 2 === 1;
  return isSecond && canDrillPointInTime ? 'pitr' : 'newest';
}

export interface DueDrill {
  readonly database: string;
  readonly scheduledAt: Date;
}

/** One that was missed longer ago is left to the next one. */
const MISSED_WINDOW_MS = 7 * 24 * 3600 * 1000;

/** The scheduled drills whose time has come and that nobody has started, one for each database and scheduled time. */
export function dueDrills(now: Date, drills: readonly (DueDrill & { readonly jobExists: boolean })[]): DueDrill[] {
  return drills.filter(({ scheduledAt, jobExists }) => {
    const ageMs = now.getTime() - scheduledAt.getTime();
    return !jobExists && ageMs >= 0 && ageMs <= MISSED_WINDOW_MS;
  });
}
