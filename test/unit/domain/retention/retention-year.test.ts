import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { chartLine, type Day, simulateYear, YEAR_POLICY } from '../../../fixtures/retention/year';

const DAY_MS = 24 * 3600 * 1000;
const week = (at: string): number => Math.floor((Date.parse(at) / DAY_MS + 3) / 7);
const month = (at: string): string => at.slice(0, 7);

/** What the policy promises on a day and is not there. */
function missingPoints(day: Day): string[] {
  const there = new Set(day.catalog.map(({ backupId }) => backupId));
  const isGone = ({ backupId }: { backupId: string | null }): boolean => !there.has(backupId);
  const young = day.at.getTime() + DAY_MS - YEAR_POLICY.nightlyDays * DAY_MS;
  const goodPeriods = (period: (at: string) => unknown, count: number): unknown[] =>
    [...new Set(day.taken.map(({ snapshotAt }) => period(snapshotAt)))].slice(-count);
  const kept = day.taken.filter((entry) => !isGone(entry));
  const uncovered = (period: (at: string) => unknown, count: number): unknown[] =>
    goodPeriods(period, count).filter((key) => !kept.some(({ snapshotAt }) => period(snapshotAt) === key));
  const unverified = day.index >= 70 && ![...there].some((id) => id === 'lifebook_backup_20260312_0100');
  return [
    ...day.taken.filter(({ snapshotAt }) => Date.parse(snapshotAt) >= young).filter(isGone),
    ...day.taken.slice(-YEAR_POLICY.minVerified).filter(isGone),
  ]
    .map(({ backupId }) => `${backupId ?? ''} is gone`)
    .concat(uncovered(week, YEAR_POLICY.weekly).map((key) => `nothing of week ${String(key)}`))
    .concat(uncovered(month, YEAR_POLICY.monthly).map((key) => `nothing of ${String(key)}`))
    .concat(unverified ? ['the dump of the unverified release is gone'] : []);
}

it('has every recovery point that the policy promises, on each day of a year full of troubles', () => {
  const days = [...simulateYear()];
  const missing = days.flatMap((day) => missingPoints(day).map((what) => `day ${day.index}: ${what}`));
  expect(missing).toEqual([]);
  // the clock that jumped a year ahead would have expired nearly all: that run stopped
  expect(days.filter(({ stops }) => stops > 0).map(({ index }) => index)).toEqual([110]);

  const chart = [
    ...['Recovery points in storage through a simulated year; one line each fortnight, the newest on the right, one'],
    ...['character for five days. 30 days of nights, 8 weekly, 12 monthly; the second column counts all.', ''],
    ...days.filter(({ index }) => index % 14 === 6).map(chartLine),
    '',
  ].join('\n');
  const file = join(__dirname, 'retention-golden', 'year.txt');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, chart);
  expect(chart).toBe(readFileSync(file, 'utf8'));
});
