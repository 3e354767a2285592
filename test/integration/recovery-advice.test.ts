import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { Failure } from '../../shared/domain/failure';
import { adviseRecovery, readTimeline } from '../../shared/operations/advise-recovery';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

let blobStore: LocalBlobStore;
let stored: StoredSystems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(async () => {
  stored = await storedSystems(blobStore);
  await stored.putBackup('nightly', 'lifebook_backup_20261125_0200');
  await stored.putBackup('nightly', 'other_backup_20261125_0300');
});

const routes = new Set(['POST restores', 'POST pitr-restores']);
const report = { incident: 'data-loss', database: 'lifebook' } as const;

it('says what is missing for each way, and how long it took here before', async () => {
  stored.systems.databases.admin = () => {
    throw new Failure('not-configured', 'DATABASE_ADMIN_URL is not set');
  };
  const run = { recordVersion: 1, kind: 'restore', state: 'succeeded', attempt: 1, request: { mode: 'swap' } };
  const took = { startedAt: '2026-11-20T10:00:00.000Z', finishedAt: '2026-11-20T10:01:30.000Z' };
  const jobId = '20261120T100000Z-a';
  // a record of a kind that this version does not know is left out, not a reason to answer nothing
  await stored.state.write(`jobs/${jobId}.json`, { ...run, ...took, jobId, kind: 'of-the-future' }, 'any');
  const advice = await adviseRecovery(stored.systems, report, routes);
  expect(advice.map(({ way, missing }) => [way, missing])).toEqual([
    ['pitr', [expect.stringContaining('point-in-time window')]],
    ['swap-dump', ['DATABASE_ADMIN_URL is not set']],
    ['clean-dump', ['DATABASE_ADMIN_URL is not set']],
  ]);
  const unserved = await adviseRecovery(stored.systems, report, new Set());
  expect(unserved.find(({ way }) => way === 'swap-dump')?.missing).toEqual([
    ...['this app does not serve POST /api/restores', 'DATABASE_ADMIN_URL is not set'],
  ]);
});

it('has one timeline for each database, and says what is not on it', async () => {
  expect(await readTimeline(stored.systems, 'lifebook')).toMatchObject({
    items: [{ kind: 'dump', backupId: 'lifebook_backup_20261125_0200', from: '2026-11-25T02:00:00.000Z' }],
    unavailable: [{ kind: 'pitr-window', database: 'lifebook' }],
  });
  expect((await readTimeline(stored.systems, undefined)).items).toHaveLength(2);
});
