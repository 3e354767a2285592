import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BlobServiceClient } from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { AzureBlobBackupStates } from '../../shared/systems/backup-states/azure-blob';
import { AzureBlobJobLedger } from '../../shared/systems/job-ledger/azure-blob';
import { StateContainer } from '../../shared/systems/job-ledger/state-container';

const patience = { tryTimeoutMs: 5_000, maxTries: 3, retryDelayMs: 20, retryMaxDelayMs: 100 };
const ID = 'lifebook_backup_20261122_0200';
let blobStore: LocalBlobStore;
let round = 0;
let container: StateContainer;
let states: AzureBlobBackupStates;
let ledger: AzureBlobJobLedger;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(() => {
  round += 1;
  const service = BlobServiceClient.fromConnectionString(blobStore.connectionString);
  container = new StateContainer(() => Promise.resolve(service.getContainerClient(`state-${round}`)), patience);
  states = new AzureBlobBackupStates(container);
  ledger = new AzureBlobJobLedger(container);
});

const damaged = { at: '2026-11-23T03:00:00.000Z', detail: 'another hash' };
const hold = { at: '2026-11-23T03:00:00.000Z', by: 'anna', reason: 'a court asked' };

describe('the state of a backup', () => {
  it('says nothing before something became known', async () => {
    expect(await states.read(ID)).toEqual({});
  });

  it('takes changes one after the other, and forgets what is set to undefined', async () => {
    await states.change(ID, () => ({ damaged }));
    await states.change(ID, (state) => ({ ...state, hold }));
    expect(await states.read(ID)).toEqual({ damaged, hold });
    await states.change(ID, () => ({ hold: undefined }));
    expect(await states.read(ID)).toEqual({ damaged });
  });

  it('loses none of many changes at once', async () => {
    await Promise.all([
      states.change(ID, (state) => ({ ...state, damaged })),
      states.change(ID, (state) => ({ ...state, hold })),
      states.change(ID, (state) => ({ ...state, accepted: hold })),
    ]);
    expect(await states.read(ID)).toEqual({ damaged, hold, accepted: hold });
  });

  it('leaves the reservation of the id as it was', async () => {
    await ledger.reserveBackupId(ID, 'job-1');
    await states.change(ID, () => ({ damaged }));
    expect(await ledger.reserveBackupId(ID, 'job-1')).toBe(true);
    expect(await ledger.reserveBackupId(ID, 'job-2')).toBe(false);
  });

  it('tells of reads and copies in a listing, without a read for each', async () => {
    const at = '2026-11-23T03:00:00.000Z';
    await states.change(ID, () => ({ copied: { at, jobId: 'job-1' } }));
    expect(await states.readMany('lifebook')).toEqual(new Map([[ID, { copied: { at } }]]));
    await states.change(ID, () => ({ verified: { at, jobId: 'job-2' } }));
    expect(await states.readMany('lifebook')).toEqual(new Map([[ID, { verified: { at }, copied: { at } }]]));
  });

  it('is refused when another version of the app wrote it in another shape', async () => {
    await container.write(`backups/${ID}.json`, { hold: 'yes' }, 'any');
    await expect(states.change(ID, () => ({ damaged }))).rejects.toMatchObject({ code: 'storage-conflict' });
  });
});

describe('the states of a database', () => {
  it('are those of which something became known, of that database alone', async () => {
    await ledger.reserveBackupId(ID, 'job-1');
    await ledger.reserveBackupId('lifebook_backup_20261123_0200', 'job-2');
    await states.change(ID, () => ({ damaged }));
    await states.change('lifebook-eu_backup_20261122_0200', () => ({ hold }));
    await states.change('a_backup_20261122_0200', () => ({ hold }));
    await states.change('a_backup_20261122_0200', () => ({ hold: undefined }));
    expect([...(await states.readMany('lifebook'))].map(([id]) => id)).toEqual([ID]);
    const all = await states.readMany(undefined);
    expect([...all.keys()].sort()).toEqual(['lifebook-eu_backup_20261122_0200', ID]);
    expect(all.get('lifebook-eu_backup_20261122_0200')).toEqual({ hold });
  });
});
