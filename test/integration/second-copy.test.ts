import { createHash, randomBytes } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { findJob } from '../../shared/operations/jobs/jobs';
import { readWholeCatalog } from '../../shared/operations/catalog/read-catalog';
import { requestCopies, requestCopy } from '../../shared/operations/catalog/request-copies';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

const MIB = 1024 * 1024;
const ID = 'lifebook_backup_20261125_0200';
const BLOBS = ['dump', 'globals.sql', 'manifest.json'].map((end) => `nightly/${ID}.${end}`);
/** Three blocks: 8, 8 and 4 MiB. */
const BYTES = randomBytes(20 * MIB);
const sha256 = createHash('sha256').update(BYTES).digest('hex');

let blobStore: LocalBlobStore;
let stored: StoredSystems;
let jobs = 0;
/** Sizes of the blocks that were sent to the second account. */
let sent: number[];
let beforeCommit: () => Promise<void>;
let failAtBlock: number;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());
beforeEach(async () => {
  stored = await storedSystems(blobStore);
  stored.isCopying = true;
  stored.environment['UPLOAD_CONCURRENCY'] = '1';
  [sent, failAtBlock, beforeCommit] = [[], Infinity, () => Promise.resolve()];
  watchWrites(stored.copies);
});

/** Lets a test see and disturb what goes to the real second container. */
function watchWrites(copies: ContainerClient): void {
  const open = copies.getBlockBlobClient.bind(copies);
  copies.getBlockBlobClient = (name): BlockBlobClient => {
    const client = open(name);
    const stage = client.stageBlock.bind(client);
    const commit = client.commitBlockList.bind(client);
    client.stageBlock = (...of) => {
      if (sent.length >= failAtBlock) throw new Error('the worker died');
      sent.push(of[2]);
      return stage(...of);
    };
    client.commitBlockList = async (...of) => {
      await beforeCommit();
      return commit(...of);
    };
    return client;
  };
}

async function putDump(bytes = BYTES): Promise<void> {
  const dump = { blob: `nightly/${ID}.dump`, sizeBytes: 1, sha256 };
  const globals = { blob: `nightly/${ID}.globals.sql`, sizeBytes: 1, sha256: 'ab' };
  await stored.putBackup('nightly', ID, { dump, globals });
  await stored.putBackup('nightly', ID, { dump: { ...dump, sizeBytes: BYTES.length }, globals });
  const metadata = { jobid: `job-of-${ID}`, attempt: '2', sha256, sizebytes: String(BYTES.length) };
  await stored.dumps.getBlockBlobClient(dump.blob).uploadData(bytes, { metadata });
}

async function copy(): Promise<JobRecord> {
  const jobId = `20261125T120000Z-copy-${(jobs += 1)}`;
  await requestJob(stored.systems, {
    ...{ kind: 'copy', database: 'lifebook', request: { backupId: ID }, requestedBy: 'test', jobId },
  });
  await runJob(stored.systems, jobId, new AbortController().signal);
  return findJob(stored.systems, jobId);
}

const read = (container: ContainerClient, name: string): Promise<Buffer> =>
  container.getBlobClient(name).downloadToBuffer();
async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of stored.copies.listBlobsFlat()) found.push(name);
  return found;
}
const copied = async (): Promise<unknown> => (await stored.systems.backupStates.read(ID)).copied;

describe('a copy', () => {
  it('is the whole backup, byte for byte, in a container that is a catalog of its own', async () => {
    await putDump();
    stored.now = new Date('2026-11-25T02:10:00Z');
    const record = await copy();
    expect(record).toMatchObject({
      state: 'succeeded',
      result: { backupId: ID, sizeBytes: BYTES.length, sha256, lagSeconds: 600, warnings: [] },
    });
    expect(await names()).toEqual(BLOBS);
    for (const name of BLOBS)
      expect((await read(stored.copies, name)).equals(await read(stored.dumps, name))).toBe(true);
    const second = { ...stored.systems, dumpStore: stored.secondStore };
    const { entries } = await readWholeCatalog(second);
    expect(entries).toMatchObject([{ backupId: ID, state: 'verified', hold: 'none', sha256, isIntact: true }]);
    expect((await stored.copies.getBlobClient(BLOBS[0] ?? '').getTags()).tags).toEqual({
      ...{ kind: 'nightly', database: 'lifebook', state: 'verified', retention: 'keep', hold: 'none' },
    });
    expect(await copied()).toEqual({ at: '2026-11-25T02:10:00.000Z', jobId: record.jobId });
  });

  it('goes on with the blocks of the attempt before, and sends none twice', async () => {
    await putDump();
    failAtBlock = 2;
    expect(await copy()).toMatchObject({ state: 'failed' });
    expect([sent, await names()]).toEqual([[8 * MIB, 8 * MIB], []]);
    [sent, failAtBlock] = [[], Infinity];
    expect(await copy()).toMatchObject({ state: 'succeeded' });
    expect(sent).toEqual([4 * MIB]);
    expect((await read(stored.copies, BLOBS[0] ?? '')).equals(BYTES)).toBe(true);
  });

  it('that is there already is read back and needs no byte sent again', async () => {
    await putDump();
    await copy();
    sent = [];
    expect(await copy()).toMatchObject({ state: 'succeeded' });
    expect(sent).toEqual([]);
  });

  it('of a dump that has rotted is not made', async () => {
    const rotten = Buffer.from(BYTES);
    rotten.writeUInt8(rotten.readUInt8(9 * MIB) ^ 1, 9 * MIB);
    await putDump(rotten);
    expect(await copy()).toMatchObject({ state: 'failed', error: { code: 'stored-bytes-differ' } });
    expect([await names(), await copied()]).toEqual([[], undefined]);
  });

  it.each([
    ['bytes of the same size, with its labels', { sha256 }, BYTES.length, 'stored-bytes-differ'],
    ['a blob of somebody else', {}, 3, 'storage-conflict'],
  ] as const)('that meets %s overwrites nothing and is no backup', async (_, metadata, size, code) => {
    await putDump();
    const other = Buffer.alloc(size, 'x');
    beforeCommit = async () => {
      beforeCommit = () => Promise.resolve();
      await stored.copies.getBlockBlobClient(BLOBS[0] ?? '').uploadData(other, { metadata });
    };
    expect(await copy()).toMatchObject({ state: 'failed', error: { code } });
    expect(await names()).toEqual([BLOBS[0]]);
    expect((await read(stored.copies, BLOBS[0] ?? '')).equals(other)).toBe(true);
    expect(await copied()).toBeUndefined();
  });

  it('leaves the manifest of somebody else alone', async () => {
    await putDump();
    await stored.copies.getBlockBlobClient(BLOBS[2] ?? '').upload('{}', 2);
    expect(await copy()).toMatchObject({ state: 'failed', error: { code: 'storage-conflict' } });
    expect((await read(stored.copies, BLOBS[2] ?? '')).toString()).toBe('{}');
  });

  it('is refused where none is configured', async () => {
    await putDump();
    stored.isCopying = false;
    expect(await copy()).toMatchObject({ state: 'failed', error: { code: 'not-configured' } });
  });
});

describe('the requests', () => {
  const night = (day: number): string => `lifebook_backup_202611${String(day).padStart(2, '0')}_0200`;

  it('are made for what has none, the newest first, ten at a time and each once a day', async () => {
    for (let day = 1; day <= 14; day += 1) await stored.putBackup('nightly', night(day));
    await stored.systems.backupStates.change(night(14), () => ({ copied: { at: '2026-11-14T03:00:00.000Z' } }));
    await stored.systems.dumpStore.setTags(`nightly/${night(13)}.manifest.json`, { retention: 'expired' });
    expect(await requestCopies(stored.systems)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map(night));
    expect(stored.tickets[0]).toBe('20261125T000000Z-copy-lifebook-20261112-0200');
    expect(await requestCopies(stored.systems)).toEqual([]);
    expect(stored.tickets).toHaveLength(10);
  });

  it('are not made where no second account is configured', async () => {
    await stored.putBackup('nightly', night(1));
    stored.isCopying = false;
    await requestCopy(stored.systems, night(1));
    expect([await requestCopies(stored.systems), stored.tickets]).toEqual([[], []]);
  });

  it('fail no backup', async () => {
    const secondCopy = {
      ...stored.systems.secondCopy,
      isConfigured: () => {
        throw new Error('a bad setting');
      },
    };
    await requestCopy({ ...stored.systems, secondCopy }, night(1));
    expect(stored.logged).toEqual(['copy-not-requested']);
  });
});
