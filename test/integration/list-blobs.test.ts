import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BlobServiceClient, type ContainerClient, ContainerSASPermissions } from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { listBlobs } from '../../shared/systems/azure-storage/list-blobs';
import type { StoredBlob } from '../../shared/domain/catalog/catalog';
import { AzureBlobDumpStore } from '../../shared/systems/dump-store/azure-blob';
import { failureOf } from '../fixtures/pg-server/failure-of';

const patience = { tryTimeoutMs: 5_000, maxTries: 1, retryDelayMs: 1, retryMaxDelayMs: 1 };
const { signal } = new AbortController();
let blobStore: LocalBlobStore;
let container: ContainerClient;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
  container = BlobServiceClient.fromConnectionString(blobStore.connectionString).getContainerClient('listed');
  await container.create();
  const names = [
    'nightly/a.dump',
    'nightly/b & <c> "d" é.dump',
    'nightly/e?f=g+h%20i.dump',
    'odd',
    'pre release/j.dump',
  ];
  for (const name of names) {
    const metadata = { jobid: 'j', note: 'a=b&c;d' };
    const tags = { kind: 'nightly', database: 'eu-west', 'a b': 'c/d:e.f+g=h_i' };
    await container.getBlockBlobClient(name).upload('12345', 5, name === 'odd' ? {} : { metadata, tags });
  }
});
afterAll(() => blobStore.stop());

async function pages(listed: ContainerClient, prefix: string, pageSize: number): Promise<StoredBlob[][]> {
  const found: StoredBlob[][] = [];
  let marker: string | undefined;
  do {
    const page = await listBlobs(listed, { prefix, include: 'metadata,tags', pageSize, marker }, signal);
    found.push([...page.blobs]);
    marker = page.next;
  } while (marker !== undefined);
  return found;
}

it('lists what the SDK lists, in its order', async () => {
  const bySdk: StoredBlob[] = [];
  for await (const item of container.listBlobsFlat({ includeMetadata: true, includeTags: true })) {
    const { contentLength = 0, lastModified } = item.properties;
    const told = { sizeBytes: contentLength, modifiedAt: lastModified.toISOString() };
    bySdk.push({ name: item.name, ...told, metadata: item.metadata ?? {}, tags: item.tags ?? {} });
  }
  expect((await pages(container, '', 5000)).flat()).toEqual(bySdk);
});

it('goes on from page to page, and below a prefix', async () => {
  const found = await pages(container, '', 2);
  expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
  expect((await pages(container, 'pre release/', 5000)).flat().map(({ name }) => name)).toEqual(['pre release/j.dump']);
});

it('works with a SAS in the URL, too', async () => {
  const permissions = ContainerSASPermissions.parse('lrt');
  const url = await container.generateSasUrl({ permissions, expiresOn: new Date(Date.now() + 600_000) });
  const { ContainerClient: Client } = await import('@azure/storage-blob');
  expect((await pages(new Client(url), '', 5000)).flat()).toHaveLength(5);
});

it('says that the container is not there', async () => {
  const missing = BlobServiceClient.fromConnectionString(blobStore.connectionString).getContainerClient('missing');
  const store = new AzureBlobDumpStore(() => Promise.resolve(missing), patience);
  const failure = await failureOf(store.list('')[Symbol.asyncIterator]().next());
  expect([failure.code, failure.detail]).toEqual([
    'storage-refused',
    'listing the dumps: the container does not exist',
  ]);
});
