import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import type { ReleaseRecord } from '../../shared/domain/releases/release-record';
import { expireBackups } from '../../shared/operations/retention/expire-backups';
import { holdBackup } from '../../shared/operations/catalog/hold-backup';
import { markReleaseVerified } from '../../shared/operations/releases/mark-release';
import { runningReleaseAt } from '../../shared/operations/backup/running-release';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

const DUMP = 'lifebook_backup_20261001_0900';
let blobStore: LocalBlobStore;
let stored: StoredSystems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(async () => {
  stored = await storedSystems(blobStore);
});

const mark = (version: string, order = {}): ReturnType<typeof markReleaseVerified> =>
  markReleaseVerified(stored.systems, version, order, 'pipeline');
const day = (date: string): void => void (stored.now = new Date(`${date}T12:00:00Z`));
const putDump = (version: string, id = DUMP, commit = 'abc'): Promise<void> =>
  stored.putBackup('pre-release', id, { release: { version, commit } });
const runsIn = async (database: string): Promise<string | undefined> =>
  (await runningReleaseAt(stored.systems, { database, at: stored.now.toISOString() }))?.version;

describe('the record of a release', () => {
  it.each(['1.42.0', '..', '.', '1/2', '../jobs/x', 'ä 100%', 'a?b#c', '1.0+build.7'])(
    'is one blob below releases/, whatever its version is: %s',
    async (version) => {
      const record: ReleaseRecord = {
        ...{ version, verifiedAt: '2026-11-25T12:00:00.000Z', verifiedBy: 'anna', databases: [], runningSince: null },
      };
      await stored.systems.releaseRecords.change(version, () => record);
      expect(await stored.systems.releaseRecords.read(version)).toEqual(record);
      expect(await stored.systems.releaseRecords.list()).toEqual([
        { version, verifiedAt: '2026-11-25T12:00:00.000Z', runningSince: null },
      ]);
      const names: string[] = [];
      for await (const name of stored.state.names('', true)) names.push(name);
      expect(names).toEqual([expect.stringMatching(/^releases\/[^/]+\.json$/)]);
    },
  );

  it('of another version of the app is refused', async () => {
    await stored.state.write('releases/1.42.0.json', { since: 'ever' }, 'any');
    const { releaseRecords } = stored.systems;
    await expect(releaseRecords.read('1.42.0')).rejects.toMatchObject({ code: 'storage-conflict' });
    await expect(releaseRecords.list()).rejects.toMatchObject({ code: 'storage-conflict' });
  });
});

describe('marking a release as verified', () => {
  it('starts the retention of its dumps, and a second call starts nothing anew', async () => {
    for (const night of ['22', '23', '24', '25'])
      await stored.putBackup('nightly', `lifebook_backup_202611${night}_0200`);
    await putDump('1.42.0');
    await putDump('1.43.0', 'lifebook_backup_20261002_0900');
    expect((await expireBackups(stored.systems)).expire).toEqual([]);
    expect(await mark('1.42.0')).toEqual({
      ...{ version: '1.42.0', commit: 'abc', verifiedAt: '2026-11-25T12:00:00.000Z', verifiedBy: 'pipeline' },
      ...{ databases: ['lifebook'], runningSince: '2026-11-25T12:00:00.000Z', backups: [DUMP], warnings: [] },
    });
    stored.environment['RETAIN_PRE_RELEASE_DAYS'] = '10';
    day('2026-12-04');
    expect((await mark('1.42.0')).verifiedAt).toBe('2026-11-25T12:00:00.000Z');
    expect((await expireBackups(stored.systems)).expire).toEqual([]);
    day('2026-12-06');
    expect((await expireBackups(stored.systems)).expire).toEqual([DUMP]);
  });

  it('leaves the hold that an admin placed', async () => {
    for (const night of ['23', '24', '25']) await stored.putBackup('nightly', `lifebook_backup_202611${night}_0200`);
    await putDump('1.42.0');
    await holdBackup(stored.systems, DUMP, { reason: 'a court asked' }, 'anna');
    await mark('1.42.0');
    day('2027-11-25');
    expect((await expireBackups(stored.systems)).expire).not.toContain(DUMP);
    expect((await stored.tagsOf(`pre-release/${DUMP}.dump`))['hold']).toBe('held');
  });

  it('is refused when no pre-release dump names it, unless the caller says that there is none', async () => {
    await stored.putBackup('manual', DUMP, { release: { version: '1.42.0' } });
    await expect(mark('1.42.0')).rejects.toMatchObject({ code: 'release-unknown' });
    expect(await mark('1.42.0', { withoutBackup: true })).toMatchObject({ databases: [], backups: [] });
    expect((await mark('1.42.0')).verifiedAt).toBe('2026-11-25T12:00:00.000Z');
  });

  it('is refused for what is no version', async () => {
    await expect(mark('1.42/0')).rejects.toMatchObject({ code: 'invalid-request', message: /^version: / });
  });

  it('warns when another commit was told before the release', async () => {
    await putDump('1.42.0');
    expect(await mark('1.42.0', { commit: 'def' })).toMatchObject({
      ...{ commit: 'def', warnings: [{ code: 'commit-differs' }] },
    });
  });
});

describe('what runs', () => {
  it('is the newest release that was marked, of this database, and none that was rolled back', async () => {
    expect(await runsIn('lifebook')).toBeUndefined();
    await putDump('1.41.0');
    await mark('1.41.0');
    day('2026-11-26');
    await putDump('1.42.0', 'lifebook_backup_20261126_0900');
    // 1.42.0 may have been deployed: nobody said what became of it
    expect(await runsIn('lifebook')).toBeUndefined();
    await mark('1.42.0');
    expect(await runsIn('lifebook')).toBe('1.42.0');
    day('2026-11-27');
    await putDump('7.0.0', 'other_backup_20261127_0900');
    await mark('7.0.0');
    expect([await runsIn('lifebook'), await runsIn('other')]).toEqual(['1.42.0', '7.0.0']);
    await mark('1.42.0', { rolledBack: true });
    expect(await runsIn('lifebook')).toBe('1.41.0');
  });

  it('is asked of the moment of the dump, and not of the release that the dump is for', async () => {
    const ask = (at: string, more = {}): Promise<unknown> =>
      runningReleaseAt(stored.systems, { database: 'lifebook', at, ...more });
    await mark('1.41.0', { withoutBackup: true });
    expect(await ask('2026-11-25T11:59:59.000Z')).toBeUndefined();
    expect(await ask('2026-11-25T12:00:00.000Z')).toEqual({ version: '1.41.0' });
    // a first try of 1.42.0 took a dump
    await putDump('1.42.0', 'lifebook_backup_20261125_1300');
    const later = '2026-11-25T14:00:00.000Z';
    expect(await ask(later, { next: '1.42.0' })).toEqual({ version: '1.41.0' });
    expect(await ask(later, { next: '1.43.0' })).toBeUndefined();
    expect(await ask(later, { except: '1.41.0' })).toBeUndefined();
    await mark('1.42.0', { rolledBack: true });
    expect(await ask(later, { next: '1.43.0' })).toEqual({ version: '1.41.0' });
  });
});
