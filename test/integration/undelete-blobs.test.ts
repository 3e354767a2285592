import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import type { JobRecord } from '../../shared/domain/jobs/job';
import type { UndeleteRequest } from '../../shared/domain/blobs/undelete-plan';
import { findJob } from '../../shared/operations/jobs/jobs';
import { listDeletedBlobs } from '../../shared/operations/blobs/list-deleted-blobs';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import type { Systems } from '../../shared/systems/systems';
import { type ContentAccount, contentSystems, startContentAccount } from '../fixtures/content/content-account';
import { FaultProxy, type ProxiedRequest } from '../fixtures/faults/fault-proxy';

let store: LocalBlobStore;
let account: ContentAccount;
let systems: Systems;
let now: Date;

beforeAll(async () => {
  store = await startAzurite({ inMemory: true });
});
afterAll(() => store.stop());
beforeEach(() => open());
afterEach(() => account.stop());

async function open(): Promise<void> {
  now = new Date('2026-11-25T12:00:00Z');
  account = await startContentAccount(store, { now: () => now });
  systems = contentSystems(store, account.simulator.connectionString);
}

const later = (minutes: number): string => (now = new Date(now.getTime() + minutes * 60_000)).toISOString();

async function request(wish: Partial<UndeleteRequest>): Promise<string> {
  const whole = { container: 'photos', overwrite: false, dryRun: false, ...wish };
  return (await requestJob(systems, { kind: 'undelete', request: whole, requestedBy: 'test' })).record.jobId;
}

async function undelete(wish: Partial<UndeleteRequest>): Promise<JobRecord> {
  const jobId = await request(wish);
  await runJob(systems, jobId, new AbortController().signal);
  return findJob(systems, jobId);
}

async function names(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of account.photos.listBlobsFlat()) found.push(name);
  return found;
}

function throughProxy({ port }: FaultProxy): string {
  return account.simulator.connectionString.replace(new URL(account.simulator.blobUrl).port, String(port));
}

describe('undeleting', () => {
  it('brings back one blob', async () => {
    await account.put(account.photos, 'one/a.jpg', 'first');
    await account.photos.deleteBlob('one/a.jpg');
    const { state, result } = await undelete({ name: 'one/a.jpg' });
    expect(state).toBe('succeeded');
    expect(result).toEqual({
      container: 'photos',
      dryRun: false,
      restored: 1,
      skipped: 0,
      failed: 0,
      first: { restored: ['one/a.jpg'], skipped: [], failed: [] },
      warnings: [],
    });
    expect(await account.read(account.photos, 'one/a.jpg')).toBe('first');
  });

  it('brings back what was deleted below a prefix within a time, and only tells so in a dry run', async () => {
    for (const name of ['one/a', 'one/b', 'one/c', 'two/a']) await account.put(account.photos, name, name);
    await account.photos.deleteBlob('one/a');
    const from = later(10);
    await account.photos.deleteBlob('one/b');
    await account.photos.deleteBlob('two/a');
    const to = later(10);
    later(10);
    await account.photos.deleteBlob('one/c');
    const wish = { prefix: 'one/', deletedFrom: from, deletedTo: to };
    expect((await undelete({ ...wish, dryRun: true })).result).toMatchObject({
      restored: 1,
      first: { restored: ['one/b'] },
    });
    expect(await names()).toEqual([]);
    expect((await undelete(wish)).result).toMatchObject({ restored: 1, skipped: 0 });
    expect(await names()).toEqual(['one/b']);
    expect((await undelete({ prefix: '' })).result).toMatchObject({ restored: 3 });
    expect(await names()).toEqual(['one/a', 'one/b', 'one/c', 'two/a']);
  });

  it('overwrites nothing live unless told to, and then keeps what was there as a snapshot', async () => {
    await account.put(account.photos, 'a', 'first');
    await account.put(account.photos, 'a', 'second');
    expect((await undelete({ name: 'a' })).result).toMatchObject({ restored: 0, skipped: 1 });
    expect(await account.read(account.photos, 'a')).toBe('second');
    expect((await undelete({ name: 'a', overwrite: true })).result).toMatchObject({ restored: 1 });
    expect(await account.read(account.photos, 'a')).toBe('first');
    const snapshots: string[] = [];
    for await (const { snapshot } of account.photos.listBlobsFlat({ includeSnapshots: true })) {
      if (snapshot)
        snapshots.push((await account.photos.getBlobClient('a').withSnapshot(snapshot).downloadToBuffer()).toString());
    }
    expect(snapshots).toEqual(['first', 'second']);
  });

  it('puts nothing over content that is written while it looks', async () => {
    await account.put(account.photos, 'a', 'first');
    await account.put(account.photos, 'a', 'second');
    const proxy = await FaultProxy.start(Number(new URL(account.simulator.blobUrl).port));
    const act = (): Promise<void> => account.put(account.photos, 'a', 'third');
    const matches = ({ query }: { query: URLSearchParams }): boolean => query.get('comp') === 'undelete';
    proxy.setRules([{ matches, from: 1, times: 1, fault: { kind: 'meanwhile', when: 'before', act } }]);
    systems = contentSystems(store, throughProxy(proxy));
    const { result } = await undelete({ name: 'a', overwrite: true });
    await proxy.stop();
    expect(result).toMatchObject({
      restored: 0,
      first: { skipped: [{ reason: 'it was written meanwhile; nothing was overwritten' }] },
    });
    expect(await account.read(account.photos, 'a')).toBe('third');
  });

  it('waits where storage says slow down, and knows its own copy when the answer to it was lost', async () => {
    await account.put(account.photos, 'a', 'first');
    await account.put(account.photos, 'a', 'second');
    const proxy = await FaultProxy.start(Number(new URL(account.simulator.blobUrl).port));
    const isUndelete = ({ query }: ProxiedRequest): boolean => query.get('comp') === 'undelete';
    const isCopy = ({ method, query }: ProxiedRequest): boolean => method === 'PUT' && !query.has('comp');
    proxy.setRules([
      { matches: isUndelete, from: 1, times: 1, fault: { kind: 'answer', status: 429, code: 'TooManyRequests' } },
      { matches: isUndelete, from: 1, times: 1, fault: { kind: 'answer', status: 503, code: 'ServerBusy' } },
      { matches: isCopy, from: 1, times: 1, fault: { kind: 'lose-answer' } },
    ]);
    systems = contentSystems(store, throughProxy(proxy));
    const { result } = await undelete({ name: 'a', overwrite: true });
    expect(proxy.applied).toEqual([1, 1, 1]);
    await proxy.stop();
    expect(result).toMatchObject({ restored: 1, skipped: 0, failed: 0 });
    expect(await account.read(account.photos, 'a')).toBe('first');
  });

  it('promotes the right version where versions are kept', async () => {
    await account.simulator.setPolicy({ isVersioningEnabled: true });
    await account.put(account.photos, 'gone', 'first');
    await account.put(account.photos, 'gone', 'last');
    await account.photos.deleteBlob('gone');
    await account.put(account.photos, 'live', 'good');
    later(1);
    await account.put(account.photos, 'live', 'bad');
    expect((await undelete({ prefix: '' })).result).toMatchObject({ restored: 1, skipped: 1 });
    expect(await account.read(account.photos, 'gone')).toBe('last');
    expect((await undelete({ name: 'live', overwrite: true })).result).toMatchObject({ restored: 1 });
    expect(await account.read(account.photos, 'live')).toBe('good');
  });

  it('brings back a deleted container, once', async () => {
    await account.put(account.audio, 'a.mp3', 'song');
    await account.audio.delete();
    expect((await undelete({ container: 'audio', dryRun: true })).result).toMatchObject({ restored: 1 });
    expect(await account.audio.exists()).toBe(false);
    expect((await undelete({ container: 'audio' })).result).toMatchObject({ restored: 1 });
    expect(await account.read(account.audio, 'a.mp3')).toBe('song');
    expect((await undelete({ container: 'audio' })).error).toMatchObject({ code: 'not-found' });
  });

  it('refuses an account with hierarchical namespace and says why', async () => {
    await account.simulator.setPolicy({ isHierarchicalNamespace: true });
    expect((await undelete({ name: 'a' })).error).toMatchObject({
      code: 'undelete-impossible',
      detail: 'the content account has a hierarchical namespace',
    });
  });

  it('lists what can be brought back, page by page over all containers, with the days left', async () => {
    for (const name of ['a', 'b', 'c']) {
      await account.put(account.photos, name, name);
      await account.photos.deleteBlob(name);
    }
    await account.put(account.audio, 'd', 'first');
    await account.put(account.audio, 'd', 'second');
    later(3 * 24 * 60);
    const seen: unknown[] = [];
    let after;
    do {
      const page = await listDeletedBlobs(systems, { limit: 2, after });
      expect(page.items.length).toBeLessThanOrEqual(2);
      for (const { container, name, state, daysLeft } of page.items) seen.push([container, name, state, daysLeft]);
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([
      ['photos', 'a', 'deleted', 11],
      ['photos', 'b', 'deleted', 11],
      ['photos', 'c', 'deleted', 11],
      ['audio', 'd', 'overwritten', 11],
    ]);
  });

  it('goes on nowhere but in a container of its own, at a place that a page gave', async () => {
    const listed = (after: Parameters<typeof listDeletedBlobs>[1]['after'], container?: string): Promise<unknown> =>
      listDeletedBlobs(systems, { limit: 2, after, container });
    const refused = { code: 'invalid-request', detail: 'cursor: is none of this list' };
    await expect(listed({ container: 'diaries', given: 0 })).rejects.toMatchObject(refused);
    await expect(listed({ container: 'audio', given: 0 }, 'photos')).rejects.toMatchObject(refused);
    const nowhere = { marker: 'of somebody else', after: '' };
    await expect(listed({ container: 'photos', place: nowhere, given: 0 })).rejects.toMatchObject(refused);
    expect(await listed({ container: 'audio', given: 0 })).toMatchObject({ items: [] });
  });
});
