import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnonymousCredential, BlobServiceClient, newPipeline } from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { AzureSasLinks } from '../../shared/systems/dump-links/azure-sas';
import { failureOf } from '../fixtures/pg-server/failure-of';

const patience = { tryTimeoutMs: 5_000, maxTries: 1, retryDelayMs: 20, retryMaxDelayMs: 100 };
const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);

describe('a link by account key', () => {
  let store: LocalBlobStore;
  let service: BlobServiceClient;
  let links: AzureSasLinks;

  beforeAll(async () => {
    store = await startAzurite({ inMemory: true });
    service = BlobServiceClient.fromConnectionString(store.connectionString);
    const container = service.getContainerClient('dumps');
    await container.create();
    for (const name of ['manual/one.dump', 'manual/other.dump']) {
      await container.getBlockBlobClient(name).upload(name, name.length);
    }
    links = new AzureSasLinks(
      () => Promise.resolve(service),
      () => 'dumps',
      patience,
    );
  });
  afterAll(() => store.stop());

  it('reads that blob', async () => {
    const answer = await fetch(await links.readOnly('manual/one.dump', inMinutes(15)));
    expect([answer.status, await answer.text()]).toEqual([200, 'manual/one.dump']);
  });

  it('reads no other blob, lists nothing, and writes and deletes nothing', async () => {
    const url = await links.readOnly('manual/one.dump', inMinutes(15));
    const other = url.replace('one.dump', 'other.dump');
    const list = url.replace(/manual.*\?/, '?restype=container&comp=list&');
    const statuses = [
      await fetch(other),
      await fetch(list),
      await fetch(url, { method: 'DELETE' }),
      await fetch(url, { method: 'PUT', body: 'x', headers: { 'x-ms-blob-type': 'BlockBlob' } }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403, 403, 403]);
  });

  it('is over when its time is', async () => {
    const answer = await fetch(await links.readOnly('manual/one.dump', inMinutes(-1)));
    expect(answer.status).toBe(403);
  });

  it('says for how long and of what it is good', async () => {
    const expiresAt = new Date('2026-11-25T10:15:00Z');
    const { searchParams } = new URL(await links.readOnly('manual/one.dump', expiresAt));
    const said = ['sp', 'sr', 'se', 'spr', 'skoid'].map((name) => searchParams.get(name));
    expect(said).toEqual(['r', 'b', '2026-11-25T10:15:00Z', 'https,http', null]);
  });
});

describe('a link to an account in Azure', () => {
  const key = Buffer.alloc(32, 1).toString('base64');
  const blobOf = (service: BlobServiceClient): AzureSasLinks =>
    new AzureSasLinks(
      () => Promise.resolve(service),
      () => 'dumps',
      patience,
    );

  it('works over TLS only', async () => {
    const connection = `DefaultEndpointsProtocol=https;AccountName=family;AccountKey=${key};EndpointSuffix=core.windows.net`;
    const link = await blobOf(BlobServiceClient.fromConnectionString(connection)).readOnly('a.dump', inMinutes(15));
    expect(new URL(link).searchParams.get('spr')).toBe('https');
    // plain HTTP to another machine gets no exception
    const plain = `DefaultEndpointsProtocol=http;AccountName=family;AccountKey=${key};EndpointSuffix=core.windows.net`;
    const other = await blobOf(BlobServiceClient.fromConnectionString(plain)).readOnly('a.dump', inMinutes(15));
    expect(new URL(other).searchParams.get('spr')).toBe('https');
  });

  it('is signed for an identity by a key that the service gives it', async () => {
    const asked: string[] = [];
    const credential = {
      getToken: () => Promise.resolve({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
    const answerKey = `<?xml version="1.0"?><UserDelegationKey><SignedOid>11111111-1111-1111-1111-111111111111</SignedOid><SignedTid>22222222-2222-2222-2222-222222222222</SignedTid><SignedStart>2026-11-25T09:55:00Z</SignedStart><SignedExpiry>2026-11-25T10:15:00Z</SignedExpiry><SignedService>b</SignedService><SignedVersion>2025-01-05</SignedVersion><Value>${key}</Value></UserDelegationKey>`;
    const pipeline = newPipeline(credential, {
      httpClient: {
        sendRequest: (request) => {
          asked.push(`${request.method} ${request.url} ${String(request.body)}`);
          const headers = request.headers.clone();
          headers.set('content-type', 'application/xml');
          return Promise.resolve({ request, status: 200, headers, bodyAsText: answerKey });
        },
      },
    });
    const service = new BlobServiceClient('https://family.blob.core.windows.net', pipeline);
    const link = new URL(await blobOf(service).readOnly('a.dump', new Date('2026-11-25T10:15:00Z')));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(
      /^POST .*comp=userdelegationkey.*<Start>2026-11-25T09:55:00Z<.*<Expiry>2026-11-25T10:15:00Z</,
    );
    const said = ['sp', 'sr', 'se', 'spr', 'skoid'].map((name) => link.searchParams.get(name));
    expect(said).toEqual(['r', 'b', '2026-11-25T10:15:00Z', 'https', '11111111-1111-1111-1111-111111111111']);
  });

  it('is refused where there is nothing to sign with', async () => {
    const service = new BlobServiceClient('https://family.blob.core.windows.net?sv=1&sig=x', new AnonymousCredential());
    expect(await failureOf(blobOf(service).readOnly('a.dump', inMinutes(15)))).toMatchObject({
      code: 'not-configured',
    });
  });
});
