import { describe, expect, it } from '@jest/globals';
import { compareMoment, recentMoment } from '../../../../shared/domain/drills/pitr-drill';

const now = new Date('2026-10-01T04:00:00.000Z');

describe('the moment of a drill', () => {
  it.each([
    ['five minutes ago', '2026-09-24T04:00:00.124Z', '2026-10-01T03:55:00.000Z'],
    ['the earliest that there is, on a young server', '2026-10-01T03:58:00.124Z', '2026-10-01T03:58:00.124Z'],
  ])('is %s', (_, earliest, expected) => {
    expect(recentMoment(now, 'lifebook-db', earliest, 300)).toBe(expected);
  });

  it('is none on a server without a backup', () => {
    expect(() => recentMoment(now, 'lifebook-db', undefined, 300)).toThrow('outside-restore-window');
  });
});

describe('what was restored, beside the backup of before', () => {
  const revision = { source: 'alembic_version', value: 'ae1027a6acf' };
  const table = (name: string, rows: number): { schema: string; name: string; rows: number } => ({
    ...{ schema: 'public', name, rows },
  });
  const backup = { tables: [table('moments', 100), table('links', 10)], schemaRevision: revision };

  it('has no difference when rows came and went', () => {
    const restored = { tables: [table('moments', 120), table('links', 6)], schemaRevision: revision };
    expect(compareMoment(restored, backup, 50)).toEqual({
      tables: [
        { ...table('moments', 120), rowsInBackup: 100 },
        { ...table('links', 6), rowsInBackup: 10 },
      ],
      ...{ differences: [], warnings: [] },
    });
  });

  it('lacks no table while the migrations stand where they stood', () => {
    const restored = { tables: [table('moments', 100)], schemaRevision: revision };
    expect(compareMoment(restored, backup, 50).differences).toEqual([
      'table "public"."links" is in the backup of before and not at the moment',
    ]);
  });

  it.each([
    ['after a migration', { ...revision, value: 'f00' }],
    ['where no migrations are known', null],
  ])('may lack one %s, which is told', (_, schemaRevision) => {
    const compared = compareMoment({ tables: [table('moments', 100)], schemaRevision }, backup, 50);
    expect([compared.differences, compared.warnings.map(({ code }) => code)]).toEqual([[], ['table-missing']]);
  });

  it('is not empty, whatever the migrations say', () => {
    expect(compareMoment({ tables: [], schemaRevision: null }, backup, 50).differences).toHaveLength(2);
  });

  it('tells a table that lost half of its rows, but not the schedules that were taken from it', () => {
    const jobs = { schema: 'cron', name: 'job', rows: 0 };
    const before = { tables: [...backup.tables, { ...jobs, rows: 3 }], schemaRevision: revision };
    const restored = { tables: [table('moments', 50), table('links', 6), jobs], schemaRevision: revision };
    expect(compareMoment(restored, before, 50).warnings).toEqual([
      { code: 'table-shrunken', detail: 'table "public"."moments" has 50 rows, the backup of before 100' },
    ]);
  });

  it('is looked at without a backup of before, which is told', () => {
    const compared = compareMoment({ tables: [table('moments', 1)], schemaRevision: null }, undefined, 50);
    expect(compared.tables).toEqual([{ ...table('moments', 1), rowsInBackup: null }]);
    expect(compared.warnings.map(({ code }) => code)).toEqual(['nothing-to-compare']);
  });
});
