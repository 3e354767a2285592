import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { buildApp } from '../../shared/app';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { findJob } from '../../shared/operations/jobs/jobs';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { type ContentAccount, startContentAccount } from '../fixtures/content/content-account';
import { Cleanup } from '../fixtures/environment/cleanup';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let store: LocalBlobStore;
let server: LocalPostgres;
let account: ContentAccount;
let now: Date;

beforeAll(async () => {
  store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  // the simulator's clock may run ahead of Azurite's, by which blobs are written, and never behind it
  now = new Date();
  account = await cleanup.add(startContentAccount(store, { now: () => now }));
  await sql(server, 'postgres', 'create database family');
  await sql(server, 'family', 'create schema "Odd ""one"', 'create table "Odd ""one"."the assets" ("blob URL" text)');
});
afterAll(() => cleanup.stopAll());
beforeEach(() => sql(server, 'family', 'truncate "Odd ""one"."the assets"'));

const later = (minutes: number): string => (now = new Date(now.getTime() + minutes * 60_000)).toISOString();
const urlOf = (container: string, name: string): string =>
  `${account.simulator.blobUrl}/${container}/${encodeURIComponent(name)}`;

async function row(url: string): Promise<void> {
  await sql(server, 'family', `insert into "Odd ""one"."the assets" values ('${url}'), ('${url}'), (null)`);
}

async function reconcile(request: { at?: string; dryRun?: boolean }): Promise<JobRecord> {
  const { systems } = buildApp({
    ...{ BACKUP_STORAGE: store.connectionString, STATE_STORAGE: store.connectionString },
    ...{ CONTENT_STORAGE: account.simulator.connectionString, DATABASE_URL: server.url('family') },
    ...{ ASSET_URL_COLUMNS: 'Odd "one.the assets.blob URL', JOB_RETRY_LIMIT: '0' },
  });
  const order = { kind: 'reconcile', database: 'family', request: { dryRun: false, ...request } } as const;
  const { record } = await requestJob(systems, { ...order, requestedBy: 'test' });
  await runJob(systems, record.jobId, new AbortController().signal);
  return findJob(systems, record.jobId);
}

describe('a reconciliation', () => {
  it('brings the blobs of the rows back to the moment that the database went back to', async () => {
    await account.put(account.photos, 'a/ü 1.jpg', 'first');
    await account.put(account.audio, 'song.mp3', 'song');
    await account.put(account.photos, 'live.jpg', 'live');
    const at = later(10);
    later(10);
    await account.put(account.photos, 'a/ü 1.jpg', 'painted over');
    later(10);
    await account.photos.deleteBlob('a/ü 1.jpg');
    await account.audio.deleteBlob('song.mp3');
    for (const url of [urlOf('photos', 'a/ü 1.jpg'), `${urlOf('audio', 'song.mp3')}?sig=secret`]) await row(url);
    await row(urlOf('photos', 'live.jpg'));
    expect((await reconcile({ at, dryRun: true })).result).toMatchObject({ restored: 2, present: 1 });
    expect(await account.photos.getBlobClient('a/ü 1.jpg').exists()).toBe(false);
    const { result } = await reconcile({ at });
    expect(result).toMatchObject({ checked: 3, present: 1, restored: 2, skipped: 0, failed: 0 });
    expect(await account.read(account.photos, 'a/ü 1.jpg')).toBe('first');
    expect(await account.read(account.audio, 'song.mp3')).toBe('song');
    expect((await reconcile({ at })).result).toMatchObject({ checked: 3, present: 3, restored: 0 });
  });

  it('reports what cannot come back and what is not of this account, without the signatures of URLs', async () => {
    await row(urlOf('photos', 'never.jpg'));
    await row('https://elsewhere.blob.core.windows.net/photos/a.jpg?sig=secret');
    await row(urlOf('private', 'a.jpg'));
    await row('http://[');
    const { state, result } = await reconcile({});
    expect(state).toBe('succeeded');
    expect(result).toMatchObject({
      ...{ checked: 4, present: 0, restored: 0, skipped: 3, failed: 1 },
      first: {
        failed: [{ name: 'photos/never.jpg', reason: 'nothing of it is kept: its retention time has ended' }],
        skipped: expect.arrayContaining([
          { name: 'https://elsewhere.blob.core.windows.net/photos/a.jpg', reason: 'another account' },
          { name: 'http://[', reason: 'not a URL' },
        ]),
      },
      warnings: [{ code: 'some-not-restored' }, { code: 'urls-not-looked-for' }],
    });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
