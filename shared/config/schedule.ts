import { CronExpressionParser } from 'cron-parser';
import { SettingProblem } from './setting-problem';

/**
 * A six-field NCRONTAB expression (second minute hour day month weekday, UTC) as the Functions host reads it. What the
 * host refuses is refused here too, in words: weekday 7 and `?`, which cron-parser would accept
 * (azure-facts.md, "How the real host behaves").
 */
export function parseSchedule(expression: string): { previous(atOrBefore: Date): Date } {
  const fields = expression.split(/\s+/);
  if (fields.length !== 6) {
    throw new SettingProblem('must have six fields: second minute hour day month weekday');
  }
  if (
    expression.includes('?') ||
    /(^|[,\-/])7($|[,\-/])/.test(fields[5] ?? '') ||
    /[LW#]/.test(fields.slice(0, 4).join())
  ) {
    throw new SettingProblem('uses a form that the Functions host refuses: "?", weekday 7, L, W or #');
  }
  try {
    CronExpressionParser.parse(expression, { tz: 'UTC' });
  } catch {
    throw new SettingProblem('is not a valid NCRONTAB expression');
  }
  return {
    previous: (atOrBefore) =>
      // prev() is exclusive; the schedule has whole seconds, so one millisecond more makes it inclusive
      CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: new Date(atOrBefore.getTime() + 1) })
        .prev()
        .toDate(),
  };
}
