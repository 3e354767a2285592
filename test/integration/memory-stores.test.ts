import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { AzureBlobDumpStore } from '../../shared/systems/dump-store/azure-blob';
import type { DumpStore } from '../../shared/systems/dump-store/dump-store';
import { BlobLeaseLocks } from '../../shared/systems/job-lock/blob-lease';
import type { JobLocks } from '../../shared/systems/job-lock/job-lock';
import { StateContainer } from '../../shared/systems/job-ledger/state-container';
import { MemoryDumps } from '../fakes/memory-dumps';
import { MemoryLocks } from '../fakes/memory-locks';
import { MemoryState } from '../fakes/memory-state';

const patience = { tryTimeoutMs: 30_000, maxTries: 3, retryDelayMs: 20, retryMaxDelayMs: 100 };
let store: LocalBlobStore;
beforeAll(async () => {
  store = await startAzurite({ inMemory: true });
});
afterAll(() => store.stop());

async function container(name: string): Promise<ContainerClient> {
  const client = BlobServiceClient.fromConnectionString(store.connectionString).getContainerClient(name);
  await client.createIfNotExists();
  return client;
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each([
  ['real storage', () => new StateContainer(() => container('state'), patience)],
  ['memory', () => new MemoryState()],
])('the state container in %s', (_where, open) => {
  it('makes a blob once, replaces the version that it was told of, and removes that version alone', async () => {
    const state = open();
    const first = await state.write('a/x.json', { n: 1 }, 'absent');
    expect(first).toMatch(/^".+"$/);
    expect(await state.write('a/x.json', { n: 2 }, 'absent')).toBeUndefined();
    expect(await state.write('a/x.json', { n: 2 }, { version: '"0x0"' })).toBeUndefined();
    expect(await state.write('a/none.json', {}, { version: '"0x0"' })).toBeUndefined();
    const second = await state.write('a/x.json', { n: 3 }, { version: first ?? '' });
    expect(await state.read('a/x.json')).toEqual({ value: { n: 3 }, version: second });
    expect(await state.removeVersion('a/x.json', first ?? '')).toBe(false);
    expect(await state.removeVersion('a/x.json', second ?? '')).toBe(true);
    expect(await state.read('a/x.json')).toBeUndefined();
    expect(await state.removeVersion('a/x.json', second ?? '')).toBe(true);
    await state.remove('a/x.json');
  });

  it('lists by name, with folders and metadata', async () => {
    const state = open();
    for (const name of ['b/2.json', 'b/1.json', 'b/c/1.json', 'b/c/d/1.json', 'bb.json'])
      await state.write(name, 1, 'any', { kind: name.slice(0, 1) });
    await state.writeText('b/page.html', '<p>', 'text/html');
    expect(await all(state.names('b/', false))).toEqual(['b/1.json', 'b/2.json', 'b/page.html']);
    expect(await all(state.names('b/', true))).toEqual([
      'b/1.json',
      'b/2.json',
      'b/c/1.json',
      'b/c/d/1.json',
      'b/page.html',
    ]);
    expect(await state.folders('b/')).toEqual(['b/c/']);
    expect(await all(state.blobs('b/c/'))).toMatchObject([
      { name: 'b/c/1.json', metadata: { kind: 'b' } },
      { name: 'b/c/d/1.json' },
    ]);
    expect([await all(state.names('none/', true)), await state.folders('none/')]).toEqual([[], []]);
  });
});

describe.each([
  ['real storage', (): DumpStore => new AzureBlobDumpStore(() => container('dumps'), patience)],
  ['memory', (): DumpStore => new MemoryDumps()],
])('the container of the dumps in %s', (_where, open) => {
  it('makes a text once, changes its tags alone, and lists it', async () => {
    const dumps = open();
    const labels = { contentType: 'text/plain', metadata: { jobid: 'a' }, tags: { state: 'verified' } };
    expect(await dumps.createText('manual/a.json', 'äb', labels)).toBe('created');
    expect(await dumps.createText('manual/a.json', 'other', labels)).toBe('exists');
    await dumps.createText('nightly/b.json', '', labels);
    await dumps.setTags('manual/a.json', { state: 'expired' });
    expect(await all(dumps.list('manual/'))).toEqual([
      {
        ...{ name: 'manual/a.json', sizeBytes: 3, metadata: { jobid: 'a' }, tags: { state: 'expired' } },
        modifiedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      },
    ]);
    expect((await all(dumps.list(''))).map(({ name }) => name)).toEqual(['manual/a.json', 'nightly/b.json']);
    expect(await dumps.head('manual/a.json')).toMatchObject({ sizeBytes: 3, metadata: { jobid: 'a' } });
    expect(await dumps.readText('manual/a.json')).toBe('äb');
    expect([await dumps.head('none'), await dumps.readText('none')]).toEqual([undefined, undefined]);
  });

  it('has a blob only when its blocks are committed, in their order, and none in the place of another', async () => {
    const dumps = open();
    const { signal } = new AbortController();
    const labels = { contentType: 'application/octet-stream', metadata: {}, tags: { state: 'verified' } };
    const upload = dumps.beginUpload('manual/b.dump', 'job-1');
    await upload.stage(Buffer.from('first '), signal);
    await upload.stage(Buffer.from('second'), signal);
    expect(await dumps.head('manual/b.dump')).toBeUndefined();
    expect(await upload.commit(labels, signal)).toBe('created');
    const late = dumps.beginUpload('manual/b.dump', 'job-2');
    await late.stage(Buffer.from('other'), signal);
    expect(await late.commit(labels, signal)).toBe('exists');
    const head = await dumps.head('manual/b.dump');
    expect(head?.sizeBytes).toBe(12);
    const pieces = await all(
      dumps.readPieces('manual/b.dump', head ?? { sizeBytes: 0, etag: '', metadata: {} }, signal),
    );
    expect(Buffer.concat(pieces).toString()).toBe('first second');
  });
});

describe.each([
  [
    'real storage',
    (): JobLocks => new BlobLeaseLocks(new StateContainer(() => container('locks'), patience), patience, () => 15),
  ],
  ['memory', (): JobLocks => new MemoryLocks()],
])('the locks in %s', (_where, open) => {
  it('belong to one job each, which they name, until they are released', async () => {
    const locks = open();
    const lock = await locks.acquire('database-family', 'one');
    expect(await locks.acquire('database-family', 'two')).toBeUndefined();
    expect(await locks.acquire('database-letters', 'two')).toBeDefined();
    expect(await locks.holder('database-family')).toBe('one');
    await lock?.renew();
    await lock?.release();
    expect(await locks.holder('database-family')).toBeUndefined();
    const next = await locks.acquire('database-family', 'two');
    await expect(lock?.renew()).rejects.toMatchObject({ code: 'claim-lost' });
    await lock?.release();
    expect(await locks.holder('database-family')).toBe('two');
    await next?.release();
  });
});

it('memory returns to what it held', async () => {
  const [state, dumps] = [new MemoryState(), new MemoryDumps()];
  const labels = { contentType: 'text/plain', metadata: {}, tags: {} };
  await state.write('jobs/a.json', { n: 1 }, 'any');
  await dumps.createText('manual/a.json', 'a', labels);
  const [oldState, oldDumps] = [state.keep(), dumps.keep()];
  for (let round = 0; round < 2; round++) {
    await state.write('jobs/a.json', { n: 2 }, 'any');
    await state.write('jobs/b.json', { n: 3 }, 'any');
    await dumps.setTags('manual/a.json', { state: 'expired' });
    await dumps.createText('manual/b.json', 'b', labels);
    oldState();
    oldDumps();
    expect(await all(state.names('jobs/', false))).toEqual(['jobs/a.json']);
    expect((await state.read('jobs/a.json'))?.value).toEqual({ n: 1 });
    expect(await all(dumps.list(''))).toMatchObject([{ name: 'manual/a.json', tags: {} }]);
  }
});
