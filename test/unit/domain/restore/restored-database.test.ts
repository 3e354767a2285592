import { describe, expect, it } from '@jest/globals';
import { createDatabaseSql } from '../../../../shared/domain/restore/create-database-sql';
import {
  creationName,
  type DatabaseMarker,
  readMarker,
  writeMarker,
} from '../../../../shared/domain/restore/database-marker';

const libc = { provider: 'libc', collate: 'C.UTF-8', ctype: 'C.UTF-8', locale: null };

describe('the creation of a database', () => {
  it.each([
    [14, libc, ''],
    [15, libc, ' LOCALE_PROVIDER libc'],
    [16, { ...libc, provider: 'icu', locale: 'de-AT' }, ` LOCALE_PROVIDER icu ICU_LOCALE 'de-AT'`],
    [16, { ...libc, provider: 'builtin', locale: 'C.UTF-8' }, ' LOCALE_PROVIDER libc'],
    [17, { ...libc, provider: 'builtin', locale: 'C.UTF-8' }, ` LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`],
  ])('speaks the language of a server of %i', (major, locale, provider) => {
    expect(createDatabaseSql('my "own"', { encoding: 'UTF8', locale }, major)).toBe(
      `CREATE DATABASE "my ""own""" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'${provider}`,
    );
  });

  it('gives it a name that tells its job and fits into 63 bytes', () => {
    expect(creationName('20261123T101530Z-3f9a1c7e')).toBe('lifebook_restore_20261123t101530z_3f9a1c7e');
    expect(creationName(`20261123T020000Z-nightly-${'x'.repeat(60)}`)).toHaveLength(63);
  });
});

describe('the marker of a database', () => {
  it('is read as it was written', () => {
    const marker: DatabaseMarker = {
      ...{ jobId: 'j', state: 'previous', of: 'lifebook', since: '2026-11-25T09:00:00.000Z' },
      comment: `it's "mine"`,
    };
    expect(readMarker(writeMarker(marker))).toEqual(marker);
  });

  it.each([[null], ['a comment'], ['{"lifebookBackup":'], ['{"other": 1}']])('is not found in %j', (comment) => {
    expect(readMarker(comment)).toBeUndefined();
  });
});
