import { describe, expect, it } from '@jest/globals';
import { dueVerifications, type VerificationFacts } from '../../../../shared/domain/catalog/due-verifications';
import type { RecordedState } from '../../../../shared/domain/catalog/recorded-state';
import { nightlyEntry } from '../../../fixtures/catalog-entries';

const DAY_MS = 24 * 3600 * 1000;
const now = new Date('2026-11-25T03:00:00Z');
const night = (daysAgo: number): string =>
  new Date(Date.parse('2026-11-25T02:00:00Z') - daysAgo * DAY_MS).toISOString();
const idOf = (daysAgo: number): string => nightlyEntry('a', night(daysAgo)).backupId ?? '';
const facts: VerificationFacts = {
  ...{ now, databases: ['a'], states: new Map(), perWeek: 7, bytesPerWeek: 1e12 },
  catalog: Array.from({ length: 30 }, (_, age) => nightlyEntry('a', night(age))),
};
const due = (changes: Partial<VerificationFacts>): string[] =>
  dueVerifications({ ...facts, ...changes }).map(({ backupId }) => backupId);
const seen = (daysAgo: number[], at: string): Map<string, RecordedState> =>
  new Map(daysAgo.map((age) => [idOf(age), { verified: { at } }]));

describe('what is read again today', () => {
  it('is a seventh of the week, the longest unread first', () => {
    expect(due({})).toEqual([idOf(29)]);
    expect(due({ perWeek: 8 })).toEqual([idOf(29), idOf(28)]);
    expect(due({ states: seen([29, 28], '2026-11-10T03:00:00.000Z') })).toEqual([idOf(27)]);
  });

  it('is nothing when the week has had its number, when there is no number, or when all is younger than a week', () => {
    expect(due({ states: seen([29, 28, 27, 26, 25, 24, 23], '2026-11-20T03:00:00.000Z') })).toEqual([]);
    expect(due({ perWeek: 0 })).toEqual([]);
    expect(due({ catalog: facts.catalog.slice(0, 7) })).toEqual([]);
  });

  it('is of each configured database by itself, and of nobody else', () => {
    const catalog = [...facts.catalog, nightlyEntry('b', night(9)), nightlyEntry('gone', night(20))];
    expect(due({ catalog, databases: ['a', 'b'] })).toEqual([idOf(29), 'b_backup_20261116_0200']);
  });

  it('is also a damaged one, whose damage may have passed, but none that is expired, missing or of a later app', () => {
    const catalog = [
      nightlyEntry('a', night(20), { state: 'expired' }),
      nightlyEntry('a', night(19), { state: 'missing' }),
      nightlyEntry('a', night(18), { manifestVersion: 2 }),
      nightlyEntry('a', night(17), { state: 'damaged' }),
    ];
    expect(due({ catalog })).toEqual([idOf(17)]);
    const damaged = { at: '2026-11-24T03:00:00.000Z', detail: 'other bytes' };
    expect(due({ catalog, states: new Map([[idOf(17), { damaged }]]) })).toEqual([]);
  });

  it('keeps to the bytes of a week, passes no large one over, and reads one that is larger than that alone', () => {
    expect(due({ perWeek: 14, bytesPerWeek: 1500 })).toEqual([idOf(29)]);
    const states = seen([29], '2026-11-23T03:00:00.000Z');
    expect(due({ states, bytesPerWeek: 1500 })).toEqual([]);
    const catalog = [nightlyEntry('a', night(20), { sizeBytes: 5000 }), nightlyEntry('a', night(10))];
    expect(due({ catalog, perWeek: 14, bytesPerWeek: 1500 })).toEqual([idOf(20)]);
  });

  it('reaches every kept dump in turn, one a day', () => {
    const states = new Map<string, RecordedState>();
    const reads: number[] = [];
    for (let day = 0; day < 60; day++) {
      const at = new Date(now.getTime() + day * DAY_MS);
      const catalog = Array.from({ length: 30 }, (_, age) => nightlyEntry('a', night(age - day)));
      const ids = due({ now: at, catalog, states });
      reads.push(ids.length);
      for (const id of ids) states.set(id, { verified: { at: at.toISOString() } });
    }
    expect(new Set(reads)).toEqual(new Set([1]));
    // those of the first 30 days and the next 30: none is read twice while another one waits
    expect(states.size).toBe(60);
  });
});
