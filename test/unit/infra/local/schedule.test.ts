import { parseSchedule } from '../../../../infra/local/host/schedule';

const runs = (text: string, from: string, count = 2): string[] => {
  const schedule = parseSchedule(text);
  const dates: string[] = [];
  for (let date = new Date(from); dates.length < count;) {
    date = schedule.next(date);
    dates.push(date.toISOString());
  }
  return dates;
};

describe('a schedule', () => {
  it.each([
    ['0 0 2 * * *', '2026-11-22T02:00:00Z', ['2026-11-23T02:00:00.000Z', '2026-11-24T02:00:00.000Z']],
    ['0 2 * * *', '2026-11-22T01:59:59Z', ['2026-11-22T02:00:00.000Z', '2026-11-23T02:00:00.000Z']],
    ['0 */5 * * * *', '2026-11-22T01:01:00Z', ['2026-11-22T01:05:00.000Z', '2026-11-22T01:10:00.000Z']],
    ['0 0 4 1 1,4,7,10 *', '2026-11-22T00:00:00Z', ['2027-01-01T04:00:00.000Z', '2027-04-01T04:00:00.000Z']],
    ['0 0 0 * * SUN', '2026-11-22T00:00:00Z', ['2026-11-29T00:00:00.000Z', '2026-12-06T00:00:00.000Z']],
    ['0 0 0 * Feb Mon-Tue', '2026-11-22T00:00:00Z', ['2027-02-01T00:00:00.000Z', '2027-02-02T00:00:00.000Z']],
    ['00:05:00', '2026-11-22T00:00:01Z', ['2026-11-22T00:05:01.000Z', '2026-11-22T00:10:01.000Z']],
    ['1.00:00:00', '2026-11-22T00:00:00Z', ['2026-11-23T00:00:00.000Z', '2026-11-24T00:00:00.000Z']],
  ])('%s after %s is next due at %j', (text, from, expected) => {
    expect(runs(text, from)).toEqual(expected);
  });

  it('with both day fields is due on days that match both', () => {
    expect(runs('0 0 0 13 * FRI', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-02-13T00:00:00.000Z',
      '2026-03-13T00:00:00.000Z',
      '2026-11-13T00:00:00.000Z',
    ]);
  });

  it.each([
    ['0 0 0 * * 7'],
    ['60 * * * * *'],
    ['0 0 0 ? * *'],
    ['0 0 0 L * *'],
    ['* * *'],
    ['* * * * * * *'],
    [''],
    ['soon'],
  ])('is not "%s"', (text) => {
    expect(() => parseSchedule(text)).toThrow('is not valid');
  });
});
