import { describe, expect, it } from '@jest/globals';
import { compareLists, readArchiveList } from '../../../../shared/domain/archive/archive-list';
import { selectTables } from '../../../../shared/domain/restore/select-tables';

const list = (...lines: string[]): ReturnType<typeof readArchiveList> =>
  readArchiveList(
    lines
      .map((line, index) => {
        const [text = '', needs] = line.split(' <- ');
        return `${index + 1}; 1259 ${index + 16384} ${text}\n${needs === undefined ? '' : `;\tdepends on: ${needs}\n`}`;
      })
      .join(''),
  );
const LOCAL = { missingRoles: [], restoredBy: 'admin' };

describe('the list of an archive', () => {
  it('is read with what each entry depends on', () => {
    expect(
      readArchiveList(';\n; Archive created at 2026-11-25\n;\n7; 1259 16385 TABLE app a b\n;\tdepends on: 3 12\n'),
    ).toEqual([{ dumpId: 7, line: '7; 1259 16385 TABLE app a b', text: 'TABLE app a b', dependsOn: [3, 12] }]);
  });

  it('equals that of a restored database when only rows, positions and the name differ', () => {
    const archive = list('DATABASE - lifebook o', 'TABLE app a o', 'TABLE DATA app a o', 'SEQUENCE SET app s o');
    expect(compareLists(archive, list('DATABASE - restored o', 'TABLE app a o'), LOCAL)).toEqual([]);
  });

  it('names what is missing and what is too much, also of two that are called alike', () => {
    const archive = list('INDEX app i o', 'ACL app TABLE a o', 'ACL app TABLE a o');
    expect(compareLists(archive, list('ACL app TABLE a o', 'TRIGGER app a t o'), LOCAL)).toEqual([
      '"INDEX app i o" is in the archive and not in the database',
      '"ACL app TABLE a o" is in the archive and not in the database',
      '"TRIGGER app a t o" is in the database and not in the archive',
    ]);
  });

  it('lets the restoring login own what belonged to a missing role', () => {
    const archive = list('TABLE app a gone', 'ACL app TABLE a gone');
    const restored = list('TABLE app a admin');
    expect(compareLists(archive, restored, { missingRoles: ['gone'], restoredBy: 'admin' })).toEqual([]);
    expect(compareLists(archive, restored, LOCAL)).toHaveLength(3);
  });
});

describe('the selection of tables', () => {
  const archive = list(
    'SCHEMA - app o', // 1
    'TYPE app mood o <- 1', // 2
    'TABLE app a o <- 1 2', // 3
    'TABLE app b o <- 1', // 4
    'SEQUENCE app numbers o <- 1', // 5
    'DEFAULT app a id o <- 3 5', // 6
    'TABLE DATA app a o <- 3', // 7
    'TABLE DATA app b o <- 4', // 8
    'SEQUENCE SET app numbers o <- 5', // 9
    'CONSTRAINT app a a_pkey o <- 3', // 10
    'CONSTRAINT app b b_pkey o <- 4', // 11
    'FK CONSTRAINT app b b_a_fkey o <- 4 3 10', // 12
    'VIEW app of_a o <- 1 3', // 13
    'VIEW app of_both o <- 1 3 4', // 14
    'FUNCTION app unrelated() o <- 1', // 15
    'ACL app TABLE a o <- 3', // 16
    'TABLE app a b o <- 1', // 17
    'TABLE DATA app a b o <- 17', // 18
    'TABLE app root o <- 1', // 19
    'TABLE app part o <- 1', // 20
    'TABLE ATTACH app part o <- 20 19', // 21
    'TABLE DATA app part o <- 20', // 22
    'ENCODING - ENCODING', // 23
  );
  const known = ['a', 'b', 'a b', 'part'].map((name) => ({ schema: 'app', name }));
  const idsOf = (...names: string[]): number[] =>
    selectTables(
      archive,
      names.map((name) => ({ schema: 'app', name })),
      known,
    ).entries.map(({ dumpId }) => dumpId);

  it('takes what a table needs and what hangs on it', () => {
    expect(idsOf('a')).toEqual([1, 2, 3, 5, 6, 7, 9, 10, 13, 16, 23]);
  });

  it('leaves a foreign key out unless both its tables are asked for', () => {
    expect(idsOf('b')).toEqual([1, 4, 8, 11, 23]);
    expect(idsOf('a', 'b')).toContain(12);
  });

  it('does not take a table for another whose name begins alike', () => {
    expect(idsOf('a b')).toEqual([1, 17, 18, 23]);
  });

  it('takes the partitions of a partitioned table, and a partition alone without its root', () => {
    expect(idsOf('root')).toEqual([1, 19, 20, 21, 22, 23]);
    expect(idsOf('part')).toEqual([1, 20, 22, 23]);
  });

  it('names a table that is not there', () => {
    const wanted = [{ schema: 'app', name: 'nowhere' }];
    expect(selectTables(archive, wanted, known).missing).toEqual(wanted);
  });
});
