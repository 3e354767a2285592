import { expect, it } from '@jest/globals';
import { dueDrills } from '../../../../shared/domain/drills/due-drills';

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
