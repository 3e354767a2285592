import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { doDuty } from '../../shared/operations/jobs/do-duty';
import { listChecks } from '../../shared/operations/watch/list-checks';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

let blobStore: LocalBlobStore;
let stored: StoredSystems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(async () => {
  stored = await storedSystems(blobStore);
  for (const day of ['01', '02', '24']) await stored.putBackup('nightly', `lifebook_backup_202611${day}_0200`);
});

it('requests a verify job for the least recently verified backup, once, whoever does it', async () => {
  await Promise.all([doDuty(stored.systems, 'verify-again'), doDuty(stored.systems, 'verify-again')]);
  const jobId = '20261125T000000Z-verify-lifebook-20261101-0200';
  expect(stored.tickets).toEqual([jobId]);
  expect((await stored.systems.jobLedger.read(jobId))?.record).toMatchObject({
    ...{ kind: 'verify', database: 'lifebook', requestedBy: 'REVERIFY_PER_WEEK' },
    request: { backupId: 'lifebook_backup_20261101_0200' },
  });
});

it('goes on with the next one on the next day, by what the state of each backup says', async () => {
  const passed = { at: stored.now.toISOString(), jobId: 'a' };
  await stored.systems.backupStates.change('lifebook_backup_20261101_0200', () => ({ verified: passed }));
  stored.now = new Date('2026-11-26T00:05:00Z');
  await doDuty(stored.systems, 'verify-again');
  expect(stored.tickets).toEqual(['20261126T000000Z-verify-lifebook-20261102-0200']);
});

it('shows one that was found damaged in the checks, until a later read passes', async () => {
  const { backupStates } = stored.systems;
  const stateOf = async (): Promise<string | undefined> =>
    (await listChecks(stored.systems)).items.find(({ name }) => name === 'damaged-backup')?.state;
  const damaged = { at: stored.now.toISOString(), detail: 'other bytes' };
  await backupStates.change('lifebook_backup_20261101_0200', () => ({ damaged }));
  expect(await stateOf()).toBe('failing');
  const verified = { at: stored.now.toISOString() };
  await backupStates.change('lifebook_backup_20261101_0200', () => ({ damaged: undefined, verified }));
  expect(await stateOf()).toBe('ok');
});

it('requests nothing when it is off, or when the setting is bad', async () => {
  for (const value of ['0', '-1']) {
    stored.environment['REVERIFY_PER_WEEK'] = value;
    await doDuty(stored.systems, 'verify-again');
  }
  expect(stored.tickets).toEqual([]);
});
