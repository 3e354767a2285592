import { CronExpressionParser } from 'cron-parser';
import { parseTimeSpanMs } from './time-span';

/** When a timer fires. */
export interface Schedule {
  /** The first time after `date`. */
  next(date: Date): Date;
}

const MONTH = /JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC/gi;
const WEEKDAY = /SUN|MON|TUE|WED|THU|FRI|SAT/gi;
const LAST_VALUE = [59, 59, 23, 31, 12, 6];
const MOST_STEPS = 100_000;

/**
 * A time span (`00:05:00`: that long after each run) or an NCRONTAB expression of five or six fields, in UTC.
 * NCRONTAB differs from cron: a day must match day-of-month *and* weekday, Sunday is 0 only, and there are neither `?`
 * nor `L` nor `#`.
 * @throws Error when it is neither
 */
export function parseSchedule(text: string): Schedule {
  const intervalMs = parseTimeSpanMs(text);
  if (intervalMs !== undefined && intervalMs > 0) return { next: (date) => new Date(date.getTime() + intervalMs) };
  const fields = text.trim().split(/\s+/);
  const expression = fields.length === 5 ? ['0', ...fields].join(' ') : fields.join(' ');
  try {
    assertNcrontab(expression.split(' '));
    const { days, weekdays } = allowedDays(expression);
    return { next: (date) => nextMatch(expression, date, days, weekdays) };
  } catch (error) {
    throw new Error(`the schedule expression '${text}' is not valid`, { cause: error });
  }
}

function assertNcrontab(fields: readonly string[]): void {
  if (fields.length !== 6) throw new Error('five or six fields are needed');
  fields.forEach((field, index) => {
    const withoutNames =
      index === 4 ? field.replaceAll(MONTH, '1') : index === 5 ? field.replaceAll(WEEKDAY, '1') : field;
    if (!/^[0-9*,/-]+$/.test(withoutNames)) throw new Error(`"${field}" has a character that NCRONTAB does not know`);
    const last = LAST_VALUE[index] ?? 0;
    for (const [value] of field.matchAll(/(?<![/\d])\d+/g)) {
      if (Number(value) > last) throw new Error(`"${field}" has a value above ${last}`);
    }
  });
}

function allowedDays(expression: string): { days: ReadonlySet<number>; weekdays: ReadonlySet<number> } {
  const { dayOfMonth, dayOfWeek } = CronExpressionParser.parse(expression, { tz: 'UTC' }).fields;
  return {
    days: new Set(dayOfMonth.values.filter((value) => typeof value === 'number')),
    weekdays: new Set(dayOfWeek.values.filter((value) => typeof value === 'number').map((value) => value % 7)),
  };
}

/** cron-parser lets a day match one of both day fields; the days that match only one are passed over. */
function nextMatch(expression: string, after: Date, days: ReadonlySet<number>, weekdays: ReadonlySet<number>): Date {
  const dates = CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: after });
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const date = dates.next().toDate();
    if (days.has(date.getUTCDate()) && weekdays.has(date.getUTCDay())) return date;
  }
  throw new Error(`the schedule expression '${expression}' never fires`);
}
