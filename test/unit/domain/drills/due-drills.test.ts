import { expect, it } from '@jest/globals';
import { dueDrills, scheduledSource } from '../../../../shared/domain/drills/due-drills';

const scheduledAt = new Date('2027-01-01T04:00:00Z');

it.each([
  ['before its time', '2027-01-01T03:59:59Z', false, 0],
  ['at its time', '2027-01-01T04:00:00Z', false, 1],
  ['days later, when nobody has', '2027-01-08T04:00:00Z', false, 1],
  ['when it is there already', '2027-01-01T04:05:00Z', true, 0],
  ['after more than a week', '2027-01-08T04:00:01Z', false, 0],
])('starts a drill %s or not', (_when, now, jobExists, count) => {
  expect(dueDrills(new Date(now), [{ database: 'family', scheduledAt, jobExists }])).toHaveLength(count);
});

it.each([
  ['2027-01-01T04:00:00Z', 'newest'],
  ['2027-03-31T23:59:59Z', 'newest'],
  ['2027-04-01T00:00:00Z', 'pitr'],
  ['2027-07-01T04:00:00Z', 'newest'],
  ['2027-10-01T04:00:00Z', 'pitr'],
  ['2027-12-31T23:59:59Z', 'pitr'],
  ['2028-01-01T00:00:00Z', 'newest'],
])('rehearses at %s: %s, a dump where no point in time can be', (at, expected) => {
  expect(scheduledSource(new Date(at), true)).toBe(expected);
  expect(scheduledSource(new Date(at), false)).toBe('newest');
});
