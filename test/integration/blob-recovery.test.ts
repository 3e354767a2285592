import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BlobServiceClient, type BlockBlobClient, type ContainerClient } from '@azure/storage-blob';
import { BlobRecovery } from '../../infra/local/azure/blob-recovery/blob-recovery';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';

let azurite: LocalBlobStore;
let simulator: BlobRecovery;
let service: BlobServiceClient;
let photos: ContainerClient;
let now: Date;
let round = 0;

beforeAll(async () => {
  azurite = await startAzurite({ inMemory: true });
});
afterAll(async () => {
  await simulator.stop();
  await azurite.stop();
});

beforeEach(async () => {
  if (round > 0) await simulator.stop();
  round += 1;
  now = new Date('2026-11-25T12:00:00.400Z');
  simulator = await BlobRecovery.start(azurite, { now: () => now });
  service = BlobServiceClient.fromConnectionString(simulator.connectionString, { retryOptions: { maxTries: 1 } });
  photos = service.getContainerClient(`photos-${round}`);
  await photos.create();
});

const days = (count: number): void => void (now = new Date(now.getTime() + count * 86_400_000));
const put = async (name: string, text: string): Promise<BlockBlobClient> => {
  const blob = photos.getBlockBlobClient(name);
  await blob.upload(text, text.length, { metadata: { of: text }, tags: { family: 'one' } });
  return blob;
};
const read = async (blob: { downloadToBuffer(): Promise<Buffer> }): Promise<string> =>
  (await blob.downloadToBuffer()).toString();
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    (error: unknown) => String((error as { code?: string }).code),
  );

async function list(pageSize = 1000): Promise<{ pages: number; seen: string[] }> {
  const seen: string[] = [];
  let pages = 0;
  const options = { includeDeleted: true, includeSnapshots: true, includeVersions: true, includeMetadata: true };
  for await (const page of photos.listBlobsFlat(options).byPage({ maxPageSize: pageSize })) {
    pages += 1;
    for (const item of page.segment.blobItems) {
      const kind = item.snapshot ? 'snapshot' : item.versionId && !item.isCurrentVersion ? 'version' : 'blob';
      seen.push(`${item.deleted ? 'deleted ' : ''}${kind} ${item.name} ${item.metadata?.['of'] ?? ''}`.trim());
    }
  }
  return { pages, seen };
}

describe('the simulator of blob recovery', () => {
  it('keeps a deleted blob for the days of the policy and gives it back with all that belonged to it', async () => {
    const blob = await put('a/ü b.jpg', 'first');
    await blob.delete();
    expect(await blob.exists()).toBe(false);
    expect((await list()).seen).toEqual(['deleted blob a/ü b.jpg first']);
    days(13);
    await blob.undelete();
    expect(await read(blob)).toBe('first');
    expect((await blob.getProperties()).metadata).toEqual({ of: 'first' });
    expect((await blob.getTags()).tags).toEqual({ family: 'one' });
    await blob.delete();
    days(14);
    expect((await list()).seen).toEqual([]);
    expect(await codeOf(blob.undelete())).toBe('BlobNotFound');
  });

  it('tells when a blob was deleted, in whole seconds, and the days left', async () => {
    await (await put('a.jpg', 'first')).delete();
    days(3);
    for await (const item of photos.listBlobsFlat({ includeDeleted: true })) {
      expect(item.properties.deletedOn).toEqual(new Date('2026-11-25T12:00:00Z'));
      expect(item.properties.remainingRetentionDays).toBe(11);
    }
  });

  it('keeps what is overwritten as a deleted snapshot, which can be copied over the blob after an undelete', async () => {
    const blob = await put('a.jpg', 'first');
    await put('a.jpg', 'second');
    expect((await list()).seen).toEqual(['deleted snapshot a.jpg first', 'blob a.jpg second']);
    await blob.undelete();
    expect((await list()).seen).toEqual(['snapshot a.jpg first', 'blob a.jpg second']);
    const [first] = await snapshots();
    expect(await read(blob.withSnapshot(first ?? ''))).toBe('first');
    expect(await codeOf(copy(blob, first ?? '', '"other"'))).toBe('ConditionNotMet');
    await copy(blob, first ?? '', (await blob.getProperties()).etag ?? '');
    expect(await read(blob)).toBe('first');
    expect((await blob.getProperties()).copySource).toContain(`snapshot=${encodeURIComponent(first ?? '')}`);
    expect((await list()).seen).toEqual(['snapshot a.jpg first', 'deleted snapshot a.jpg second', 'blob a.jpg first']);
  });

  it('does not delete a blob with snapshots unless told what becomes of them', async () => {
    const blob = await put('a.jpg', 'first');
    await blob.createSnapshot();
    expect(await codeOf(blob.delete())).toBe('SnapshotsPresent');
    await blob.delete({ deleteSnapshots: 'include' });
    expect((await list()).seen).toEqual(['deleted snapshot a.jpg first', 'deleted blob a.jpg first']);
    await blob.undelete();
    expect((await list()).seen).toEqual(['snapshot a.jpg first', 'blob a.jpg first']);
  });

  it('keeps versions instead where they are on, and undelete makes none of them current', async () => {
    await simulator.setPolicy({ isVersioningEnabled: true });
    const blob = await put('a.jpg', 'first');
    await put('a.jpg', 'second');
    await blob.delete();
    expect((await list()).seen).toEqual(['version a.jpg first', 'version a.jpg second']);
    await blob.undelete();
    expect(await blob.exists()).toBe(false);
    const [first] = await versions();
    expect(await read(blob.withVersion(first ?? ''))).toBe('first');
    await (await blob.beginCopyFromURL(blob.withVersion(first ?? '').url)).pollUntilDone();
    expect(await read(blob)).toBe('first');
  });

  it('lists live and kept blobs in pages of the asked size, each once', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name, name);
    for (const name of ['b', 'e']) await photos.deleteBlob(name);
    await put('c', 'C');
    const all = ['blob a a', 'deleted blob b b', 'deleted snapshot c c', 'blob c C', 'blob d d', 'deleted blob e e'];
    for (const size of [1, 2, 3, 4, 1000]) expect((await list(size)).seen).toEqual(all);
    expect((await list(2)).pages).toBe(3);
  });

  it('keeps a deleted container with all that was in it', async () => {
    await put('a.jpg', 'first');
    await (await put('b.jpg', 'gone')).delete();
    await photos.delete();
    const deleted = [];
    for await (const found of service.listContainers({ includeDeleted: true, prefix: photos.containerName })) {
      deleted.push([found.name, found.deleted, found.properties.remainingRetentionDays, found.version]);
    }
    expect(deleted).toEqual([[photos.containerName, true, 14, expect.any(String)]]);
    await service.undeleteContainer(photos.containerName, String(deleted[0]?.[3]));
    expect((await list()).seen).toEqual(['blob a.jpg first', 'deleted blob b.jpg gone']);
  });

  it('follows Set Blob Service Properties', async () => {
    const policy = (await service.getProperties()).deleteRetentionPolicy;
    expect(policy).toEqual({ enabled: true, days: 14 });
    await service.setProperties({ deleteRetentionPolicy: { enabled: false } });
    await (await put('a.jpg', 'first')).delete();
    expect((await list()).seen).toEqual([]);
  });

  it('lets nobody in without the key', async () => {
    const stranger = new BlobServiceClient(simulator.blobUrl).getContainerClient(photos.containerName);
    await (await put('a.jpg', 'first')).delete();
    expect(await codeOf(stranger.getBlobClient('a.jpg').undelete())).toBe('AuthorizationFailure');
    expect(await codeOf(stranger.listBlobsFlat({ includeDeleted: true }).next())).toBe('AuthorizationFailure');
  });
});

async function snapshots(): Promise<string[]> {
  const found: string[] = [];
  for await (const { snapshot } of photos.listBlobsFlat({ includeSnapshots: true })) if (snapshot) found.push(snapshot);
  return found;
}

async function versions(): Promise<string[]> {
  const found: string[] = [];
  for await (const { versionId } of photos.listBlobsFlat({ includeVersions: true }))
    if (versionId) found.push(versionId);
  return found;
}

async function copy(blob: BlockBlobClient, snapshot: string, ifMatch: string): Promise<void> {
  await (await blob.beginCopyFromURL(blob.withSnapshot(snapshot).url, { conditions: { ifMatch } })).pollUntilDone();
}
