import {
  chosenTables,
  compareContents,
  incompleteArchive,
  tableKey,
} from '../../../../shared/domain/backup/compare-contents';

const table = (name: string): { schema: string; name: string } => ({ schema: 'public', name });
const ARCHIVE = { tables: [table('a'), table('b')], copyBlocks: 2, sequences: 5, largeObjects: 7 };

describe('comparing an archive with the catalog', () => {
  it('finds nothing when both hold the same, in whatever order', () => {
    expect(compareContents(ARCHIVE, { ...ARCHIVE, tables: [table('b'), table('a')] })).toEqual([]);
  });

  it('names each table that only one of them has', () => {
    expect(compareContents(ARCHIVE, { ...ARCHIVE, tables: [table('a'), table('c "d"')] })).toEqual([
      'table "public"."c ""d""" is in the database and not in the archive',
      'table "public"."b" is in the archive and not in the database',
    ]);
  });

  it('tells tables apart that differ in their schema, or in where the dot is', () => {
    const tables = [{ schema: 'a.b', name: 'c' }];
    expect(
      compareContents({ ...ARCHIVE, tables }, { ...ARCHIVE, tables: [{ schema: 'a', name: 'b.c' }] }),
    ).toHaveLength(2);
    expect(tableKey({ schema: 'a","b', name: 'c' })).not.toBe(tableKey({ schema: 'a', name: 'b","c' }));
  });

  it('of some tables keeps those that were chosen', () => {
    expect(chosenTables(ARCHIVE.tables, [{ schema: 'public', name: 'b' }])).toEqual([table('b')]);
    expect(chosenTables(ARCHIVE.tables, [{ schema: 'b', name: 'a' }])).toEqual([]);
    expect(chosenTables(ARCHIVE.tables, null)).toEqual(ARCHIVE.tables);
  });

  it('counts blocks of rows, sequences and large objects', () => {
    expect(compareContents(ARCHIVE, { ...ARCHIVE, copyBlocks: 3, sequences: 4, largeObjects: 8 })).toEqual([
      'the archive has 2 blocks of rows, the database 3',
      'the archive has 5 sequence positions, the database 4',
      'the archive has 7 large objects, the database 8',
    ]);
  });

  it('says in the failure what is missing, twenty things at most', () => {
    const failure = incompleteArchive(Array.from({ length: 22 }, (_, i) => `difference ${i + 1}`));
    expect(failure.code).toBe('archive-incomplete');
    expect(failure.detail).toMatch(/^difference 1; .*difference 20 and 2 more$/);
    expect(incompleteArchive(['one', 'two']).detail).toBe('one; two');
  });
});
