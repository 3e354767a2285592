import { describe, expect, it } from '@jest/globals';
import {
  backupBlobs,
  backupId,
  databaseOfBackup,
  isBackupId,
  readBlobName,
} from '../../../../shared/domain/backup/backup-name';

const time = new Date('2026-11-22T02:00:59Z');

describe('names of a backup', () => {
  it('hold the configured name and the minute in UTC', () => {
    expect(backupId('lifebook', time, 1)).toBe('lifebook_backup_20261122_0200');
    expect(backupId('lifebook', time, 2)).toBe('lifebook_backup_20261122_0200_2');
  });

  it('are one base name with three endings', () => {
    expect(backupBlobs('pre-release', 'x_backup_20261122_0200')).toEqual({
      dump: 'pre-release/x_backup_20261122_0200.dump',
      manifest: 'pre-release/x_backup_20261122_0200.manifest.json',
      globals: 'pre-release/x_backup_20261122_0200.globals.sql',
    });
  });

  it('are read back from a blob', () => {
    expect(readBlobName('nightly/eu-west_backup_20261122_0200_2.manifest.json')).toEqual({
      kind: 'nightly',
      backupId: 'eu-west_backup_20261122_0200_2',
      role: 'manifest',
    });
    expect(databaseOfBackup('eu-west_backup_20261122_0200_2')).toBe('eu-west');
  });

  it.each([
    'old.dump',
    'nightly/old.dump',
    'weekly/x_backup_20261122_0200.dump',
    'nightly/a/x_backup_20261122_0200.dump',
  ])('are not seen in %s', (blob) => {
    expect(readBlobName(blob)).toBeUndefined();
  });

  it.each(['../x', 'x_backup_20261122', 'X_backup_20261122_0200', 'x_backup_20261122_0200_1x'])('%s is no id', (id) => {
    expect(isBackupId(id)).toBe(false);
  });
});
