import { describe, expect, it } from '@jest/globals';
import type { CatalogEntry } from '../../../../shared/domain/catalog/catalog';
import { findShrunken } from '../../../../shared/domain/backup/shrunken';
import { nightlyEntry } from '../../../fixtures/catalog-entries';

const night = (day: string, changes: Partial<CatalogEntry>): CatalogEntry =>
  nightlyEntry('a', `2026-11-${day}T02:00:00Z`, { backupId: day, ...changes });
const shrunken = (entries: CatalogEntry[], accepted: string[] = []): string[] => {
  const reason = { at: '2026-11-25T00:00:00.000Z', by: 'anna', reason: 'yes' };
  return [...findShrunken(entries, new Map(accepted.map((id) => [id, { accepted: reason }])), 50)].sort();
};

describe('a backup counts as shrunken', () => {
  it('when half of the rows or half of the bytes are gone', () => {
    expect(shrunken([night('02', { rows: 51, sizeBytes: 501 }), night('01', {})])).toEqual([]);
    expect(shrunken([night('02', { rows: 50 }), night('01', {})])).toEqual(['02']);
    expect(shrunken([night('02', { sizeBytes: 500 }), night('01', {})])).toEqual(['02']);
    expect(shrunken([night('02', { rows: 0, sizeBytes: 900 }), night('01', { rows: null })])).toEqual([]);
  });

  it('as long as it is small, however many small ones there are before it', () => {
    const wiped = ['02', '03', '04'].map((day) => night(day, { rows: 1 }));
    expect(shrunken([night('01', {}), ...wiped, night('05', {})])).toEqual(['02', '03', '04']);
  });

  it('not when it is accepted; then it is what later ones are compared with', () => {
    const small = ['02', '03', '04'].map((day) => night(day, { rows: 10 }));
    expect(shrunken([night('01', {}), ...small, night('05', { rows: 4 })], ['03'])).toEqual(['02', '05']);
  });

  it('by what is known to be good: a damaged one is no measure, an expired one is', () => {
    expect(shrunken([night('01', { isIntact: false, state: 'damaged' }), night('02', { rows: 1 })])).toEqual([]);
    expect(shrunken([night('01', { state: 'expired' }), night('02', { rows: 1 })])).toEqual(['02']);
  });

  it('among dumps of the live database of the same name only', () => {
    expect(shrunken([night('01', {}), night('02', { rows: 1, source: 'clone' })])).toEqual([]);
    expect(shrunken([night('01', {}), { ...night('02', { rows: 1 }), database: 'b' }])).toEqual([]);
  });
});
