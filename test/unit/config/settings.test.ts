import { describe, expect, it } from '@jest/globals';
import { parseSchedule } from '../../../shared/config/schedule';
import { Settings } from '../../../shared/config/settings';
import { backupStorage, stateConnectionName, stateStorage } from '../../../shared/config/storage-connections';

describe('settings', () => {
  it('have defaults', () => {
    const settings = new Settings({ DUMP_LOCK_WAIT_SECONDS: ' ' });
    expect(settings.get('DUMP_COMPRESSION')).toEqual({ method: 'zstd', level: 1 });
    expect(settings.get('DUMP_LOCK_WAIT_SECONDS')).toBe(60);
    expect(settings.get('TABLE_CHECKSUMS')).toBe(false);
    expect(settings.problems()).toEqual([]);
  });

  it.each([
    ['DUMP_COMPRESSION', 'zstd:99'],
    ['DUMP_COMPRESSION', 'brotli:1'],
    ['DUMP_LOCK_WAIT_SECONDS', '-1'],
    ['DUMP_LOCK_WAIT_SECONDS', '1e3'],
    ['TABLE_CHECKSUMS', 'yes please'],
    ['AUTH_MODE', 'open'],
    ['DATABASE_TLS', 'disable'],
    ['NIGHTLY_SCHEDULE', '0 2 * * *'],
    ['NIGHTLY_SCHEDULE', '0 0 2 * * 7'],
    ['NIGHTLY_SCHEDULE', '0 0 25 * * *'],
  ] as const)('%s=%s is refused by name, without its value', (name, value) => {
    const settings = new Settings({ [name]: value });
    expect(() => settings.get(name)).toThrow(`invalid-settings: ${name}`);
    expect(settings.problems().map((problem) => problem.name)).toEqual([name]);
    expect(settings.problems()[0]?.problem).not.toContain(value);
    // a bad one stops only what needs it
    expect(settings.get('FRESHNESS_MAX_HOURS')).toBe(26);
  });
});

it.each([
  ['0 0 2 * * *', '2026-11-23T19:00:00Z', '2026-11-23T02:00:00.000Z'],
  ['0 0 2 * * *', '2026-11-23T02:00:00Z', '2026-11-23T02:00:00.000Z'],
  ['0 0 2 * * *', '2026-11-23T01:59:59Z', '2026-11-22T02:00:00.000Z'],
  ['30 15 4 * * 0', '2026-11-23T19:00:00Z', '2026-11-22T04:15:30.000Z'],
])('the schedule %s last came up at or before %s at %s', (expression, now, expected) => {
  expect(parseSchedule(expression).previous(new Date(now)).toISOString()).toBe(expected);
});

describe('storage connections', () => {
  it('are connection strings, or service URIs with an identity', () => {
    expect(backupStorage({ BACKUP_STORAGE: 'UseDevelopmentStorage=true' })).toMatchObject({ usesAccountKey: false });
    expect(
      backupStorage({
        BACKUP_STORAGE__blobServiceUri: 'https://x.blob.core.windows.net',
        BACKUP_STORAGE__clientId: 'id',
      }),
    ).toEqual({
      kind: 'identity',
      blobServiceUri: 'https://x.blob.core.windows.net',
      queueServiceUri: 'https://x.queue.core.windows.net',
      clientId: 'id',
    });
  });

  it("take LifeBook's old account settings instead", () => {
    const found = backupStorage({ AZURE_STORAGE_ACCOUNT: 'acc', AZURE_STORAGE_ACCOUNT_KEY: 'a2V5' });
    expect(found).toMatchObject({ kind: 'connection-string', usesAccountKey: true });
  });

  it('say what is missing', () => {
    expect(() => backupStorage({})).toThrow('not-configured: BACKUP_STORAGE is not set');
    expect(() => stateStorage({})).toThrow('not-configured: AzureWebJobsStorage is not set');
  });

  it('keep state in STATE_STORAGE where that is set, else in the storage of the host', () => {
    expect(stateConnectionName({ AzureWebJobsStorage: 'x' })).toBe('AzureWebJobsStorage');
    expect(stateConnectionName({ STATE_STORAGE__queueServiceUri: 'x' })).toBe('STATE_STORAGE');
  });
});
