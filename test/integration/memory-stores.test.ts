import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { AzureBlobDumpStore } from '../../shared/systems/dump-store/azure-blob';
import type { DumpStore } from '../../shared/systems/dump-store/dump-store';
import { StateContainer } from '../../shared/systems/job-ledger/state-container';
import { MemoryDumps } from '../fakes/memory-dumps';
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
});
