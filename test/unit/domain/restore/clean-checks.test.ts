import { describe, expect, it } from '@jest/globals';
import { readArchiveList } from '../../../../shared/domain/archive/archive-list';
import { askRowCounts, compareRowCounts } from '../../../../shared/domain/restore/clean-checks';
import { swappedOutName } from '../../../../shared/domain/restore/swapped-out-name';
import { lockTablesSql, untieTablesSql } from '../../../../shared/domain/restore/untie-tables';

describe('the row counts of a clean restore', () => {
  const tables = ['plain', 'root', 'of an extension', 'gone'].map((name) => ({ schema: 'app', name, rows: 3 }));
  const kinds = ['["app","plain","r",null]', '["app","root","p",null]', '["app","of an extension","r","where mine"]'];

  it('are asked as pg_dump counts: without heirs, with partitions, by the condition of an extension', () => {
    expect(askRowCounts(tables, kinds).split('\n')).toEqual([
      `SELECT 0 || ' ' || count(*) FROM ONLY "app"."plain" ;`,
      `SELECT 1 || ' ' || count(*) FROM "app"."root" ;`,
      `SELECT 2 || ' ' || count(*) FROM ONLY "app"."of an extension" where mine;`,
    ]);
  });

  it('differ in words', () => {
    expect(compareRowCounts(tables, ['0 3', '1 4', '2 3'])).toEqual([
      'table "app"."root" has 4 rows, the manifest says 3',
      'table "app"."gone" has no rows, the manifest says 3',
    ]);
  });
});

describe('the ties between tables in a clean restore', () => {
  it('are not touched before every table that the archive knows is locked', () => {
    const entries = readArchiveList('1; 1259 1 TABLE app root o\n2; 1259 2 TABLE app part o\n');
    const tables = ['root', 'part', 'roo'].map((name) => ({ schema: 'app', name }));
    const ties = { tables, foreignKeys: [], partitions: [] };
    expect(lockTablesSql(entries, ties, 7)).toBe(
      `SET LOCAL lock_timeout = '7s';\nLOCK TABLE ONLY "app"."root", ONLY "app"."part" IN ACCESS EXCLUSIVE MODE;\n`,
    );
    expect(lockTablesSql(entries, { ...ties, tables: [] }, 7)).toBe('');
  });

  it('are cut where the archive knows the table: foreign keys first, then partitions, also one that it does not know', () => {
    const entries = readArchiveList('1; 1259 1 TABLE app root o\n2; 1259 2 TABLE app part o\n');
    const of = { schema: 'app', name: 'root' };
    const unknown = { schema: 'app', name: 'roo' };
    expect(
      untieTablesSql(entries, {
        tables: [],
        foreignKeys: [
          { of, name: 'its "own" key' },
          { of: unknown, name: 'stays' },
        ],
        partitions: [
          { partition: { schema: 'app', name: 'part' }, of },
          { partition: { schema: 'app', name: 'later "one"' }, of },
          { partition: { schema: 'app', name: 'other' }, of: unknown },
        ],
      }).split('\n'),
    ).toEqual([
      'ALTER TABLE "app"."root" DROP CONSTRAINT "its ""own"" key";',
      'ALTER TABLE "app"."root" DETACH PARTITION "app"."part";',
      'ALTER TABLE "app"."root" DETACH PARTITION "app"."later ""one""";',
      '',
    ]);
  });
});

describe('the name of a database that was swapped out', () => {
  const at = new Date('2026-11-25T09:10:07.123Z');

  it('tells what it was and when', () => {
    expect(swappedOutName('lifebook', 'undone', at)).toBe('lifebook_undone_20261125_091007');
  });

  it('fits into 63 bytes without cutting a character', () => {
    const name = swappedOutName(`${'x'.repeat(39)}ü${'y'.repeat(20)}`, 'before', at);
    expect(name).toBe(`${'x'.repeat(39)}_before_20261125_091007`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });
});
