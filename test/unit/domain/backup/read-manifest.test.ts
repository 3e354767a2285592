import { describe, expect, it } from '@jest/globals';
import { readManifest, usableManifest } from '../../../../shared/domain/backup/read-manifest';
import { MANIFEST } from '../../../fixtures/restore/facts';

const { backupId, dump, contents, databaseProperties } = MANIFEST;
const read = (stored: object | string): unknown =>
  readManifest(typeof stored === 'string' ? stored : JSON.stringify(stored), 'nightly', backupId);

it('reads what the app wrote, and keeps what it does not know', () => {
  const stored = { ...MANIFEST, later: { field: 1 } };
  expect(read(stored)).toEqual(stored);
  expect(
    read({ ...MANIFEST, globals: { blob: `nightly/${backupId}.globals.sql`, sizeBytes: 1, sha256: 'a' } }),
  ).toEqual(expect.objectContaining({ backupId }));
});

it('takes an adopted dump from where it lies', () => {
  const adopted = { ...MANIFEST, source: 'adopted', dump: { ...dump, blob: 'scripts/old.dump' } };
  expect(read(adopted)).toMatchObject({ dump: { blob: 'scripts/old.dump' } });
});

describe('refuses to act on', () => {
  it.each([
    ['no JSON', 'garbage{', 'has no manifestVersion that this app knows'],
    ['nothing', '', 'has no manifestVersion that this app knows'],
    ['nesting without end', '['.repeat(200_000), 'has no manifestVersion that this app knows'],
    ['a list', '[]', 'has no manifestVersion that this app knows'],
    ['null', 'null', 'has no manifestVersion that this app knows'],
    ['a version that is a text', { ...MANIFEST, manifestVersion: '1' }, 'has no manifestVersion that this app knows'],
    ['its version alone', { manifestVersion: 1 }, 'backupId is not a text'],
    ['no dump', { ...MANIFEST, dump: null }, 'dump is not an object'],
    ['a size in words', { ...MANIFEST, dump: { ...dump, sizeBytes: '12' } }, 'dump.sizeBytes is not a whole number'],
    ['tables that are none', { ...MANIFEST, contents: { ...contents, tables: 'x' } }, 'contents.tables is not a list'],
    [
      'a table without a name',
      { ...MANIFEST, contents: { ...contents, tables: [{ schema: 'public', rows: 1 }] } },
      "contents.tables is not right: an entry's name is not a text",
    ],
    [
      'a locale of one word',
      { ...MANIFEST, databaseProperties: { ...databaseProperties, locale: 'C' } },
      'databaseProperties.locale is not an object',
    ],
    ['a time that is none', { ...MANIFEST, snapshotAt: 'yesterday' }, 'snapshotAt is not a time'],
    [
      'the manifest of another backup',
      { ...MANIFEST, backupId: 'app_backup_20200101_0000' },
      'is that of app_backup_20200101_0000',
    ],
    ['another database', { ...MANIFEST, name: 'other' }, 'is of the database other'],
    [
      'the dump of another backup',
      { ...MANIFEST, dump: { ...dump, blob: 'manual/x.dump' } },
      'names manual/x.dump as its dump',
    ],
  ] as [string, object | string, string][])('%s', (_, stored, why) => {
    expect(() => read(stored)).toThrow(`manifest-unreadable: the manifest of ${backupId} ${why}`);
    expect(usableManifest(JSON.stringify(stored), 'nightly', backupId)).toBeUndefined();
  });

  it('a later version, which may be shown', () => {
    expect(() => read({ ...MANIFEST, manifestVersion: 2 })).toThrow('manifest-too-new');
  });
});
