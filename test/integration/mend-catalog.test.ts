import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { mendCatalog } from '../../shared/operations/catalog/mend-catalog';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

const ID = 'lifebook_backup_20261124_0200';
const DUMP = `nightly/${ID}.dump`;
const MANIFEST = `nightly/${ID}.manifest.json`;
const kept = { kind: 'nightly', database: 'lifebook', state: 'verified', retention: 'keep', hold: 'none' };
let blobStore: LocalBlobStore;
let stored: StoredSystems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(async () => {
  stored = await storedSystems(blobStore);
});
const tag = (blob: string, tags: Record<string, string>): Promise<unknown> =>
  stored.dumps.getBlobClient(blob).setTags(tags);

describe('the sweep of the catalog', () => {
  it('changes nothing that is as it should be', async () => {
    await stored.putBackup('nightly', ID);
    expect(await mendCatalog(stored.systems)).toBe(0);
  });

  it('makes a dump follow its manifest: the job died after the commit record, or in the midst of a mark', async () => {
    await stored.putBackup('nightly', ID);
    await tag(DUMP, { ...kept, state: 'unverified', retention: 'expired' });
    expect(await mendCatalog(stored.systems)).toBe(1);
    expect(await stored.tagsOf(DUMP)).toEqual(kept);
    await tag(MANIFEST, { ...kept, retention: 'expired' });
    await mendCatalog(stored.systems);
    expect(await stored.tagsOf(DUMP)).toEqual({ ...kept, retention: 'expired' });
  });

  it('writes a hold that could not be written, over a mark too', async () => {
    await stored.putBackup('nightly', ID);
    for (const blob of [DUMP, MANIFEST]) await tag(blob, { ...kept, retention: 'expired' });
    const hold = { at: '2026-11-25T11:00:00.000Z', by: 'anna', reason: 'a court asked' };
    await stored.systems.backupStates.change(ID, () => ({ hold }));
    await mendCatalog(stored.systems);
    for (const blob of [DUMP, MANIFEST]) expect(await stored.tagsOf(blob)).toEqual({ ...kept, hold: 'held' });
  });

  it('takes the tag of a hold away when its time has passed', async () => {
    await stored.putBackup('nightly', ID);
    const hold = { at: '2026-11-25T11:00:00.000Z', by: 'anna', reason: 'x', until: '2026-11-25T11:30:00.000Z' };
    await stored.systems.backupStates.change(ID, () => ({ hold }));
    await tag(MANIFEST, { ...kept, hold: 'held' });
    await mendCatalog(stored.systems);
    expect(await stored.tagsOf(MANIFEST)).toEqual(kept);
  });

  it('marks a dump that never became a backup after 7 days, but not while its job is open', async () => {
    await stored.putBackup('nightly', ID);
    await stored.dumps.deleteBlob(MANIFEST);
    stored.now = new Date(Date.now() + 6.9 * 24 * 3600 * 1000);
    expect(await mendCatalog(stored.systems)).toBe(0);
    stored.now = new Date(Date.now() + 7.1 * 24 * 3600 * 1000);
    const job = { kind: 'backup', state: 'queued', jobId: `job-of-${ID}`, attempt: 0, recordVersion: 1 };
    await stored.state.write(`jobs/job-of-${ID}.json`, job, 'any');
    expect(await mendCatalog(stored.systems)).toBe(0);
    await stored.state.write(`jobs/job-of-${ID}.json`, { ...job, state: 'failed' }, 'any');
    expect(await mendCatalog(stored.systems)).toBe(2);
    expect(await stored.tagsOf(DUMP)).toEqual({ ...kept, state: 'unverified', retention: 'expired' });
    expect(await mendCatalog(stored.systems)).toBe(0);
  });

  it('never touches what is foreign', async () => {
    await stored.dumps.getBlockBlobClient('old.dump').upload('x', 1);
    stored.now = new Date(Date.now() + 30 * 24 * 3600 * 1000);
    expect(await mendCatalog(stored.systems)).toBe(0);
    expect(await stored.tagsOf('old.dump')).toEqual({});
  });
});
