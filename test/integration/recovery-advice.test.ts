import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { problem } from '../../infra/local/azure/arm-answer';
import { newServer } from '../../infra/local/azure/arm-state';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { cloneTags } from '../../shared/domain/point-in-time/clone-tags';
import { Failure } from '../../shared/domain/failure';
import { adviseRecovery } from '../../shared/operations/advice/advise-recovery';
import { readTimeline } from '../../shared/operations/advice/read-timeline';
import { listBackups } from '../../shared/operations/catalog/read-backups';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { listChecks } from '../../shared/operations/watch/list-checks';
import type { Systems } from '../../shared/systems/systems';
import { type AzureScene, startAzureScene, SUBSCRIPTION } from '../fixtures/azure/azure-scene';
import { contentSystems, startContentAccount } from '../fixtures/content/content-account';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

let blobStore: LocalBlobStore;
let scene: AzureScene;
let stored: StoredSystems;
let systems: Systems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
  scene = await startAzureScene(blobStore, {});
});
afterAll(async () => {
  await scene.stop();
  await blobStore.stop();
});
beforeEach(async () => {
  scene.arm.fault = undefined;
  scene.source.state = 'Ready';
  stored = await storedSystems(blobStore);
  Object.assign(stored.environment, {
    ...{ AZURE_SUBSCRIPTION_ID: SUBSCRIPTION, POSTGRES_RESOURCE_GROUP: 'lifebook-rg', POSTGRES_SERVER: 'lifebook-db' },
    RESTORE_RESOURCE_GROUP: 'restore-rg',
  });
  await stored.putBackup('nightly', 'lifebook_backup_20261125_0200');
  await stored.putBackup('nightly', 'other_backup_20261125_0300');
  const connection = { host: '127.0.0.1', port: 1, user: 'u', database: 'app', password: undefined, tls: 'disable' };
  const since = '2026-11-25T09:10:07.000Z';
  const marker = { lifebookBackup: { jobId: 'the-swap', state: 'previous', of: 'app', since, comment: null } };
  systems = {
    ...stored.systems,
    flexServers: scene.flexServers,
    databases: {
      ...stored.systems.databases,
      find: () => ({ name: 'lifebook', connection, replica: undefined, warnings: [] }) as never,
      admin: () => {
        throw new Failure('not-configured', 'DATABASE_ADMIN_URL is not set');
      },
    },
    pgAdmin: {
      listDatabases: () =>
        Promise.resolve([
          { oid: 1, name: 'app', comment: null },
          { oid: 2, name: 'app_before_20261125_091007', comment: JSON.stringify(marker) },
        ]),
    } as unknown as Systems['pgAdmin'],
  };
});

const routes = new Set(['POST restores', 'POST pitr-restores']);
const report = { incident: 'data-loss', database: 'lifebook' } as const;

describe('advice', () => {
  const missing = async (served = routes): Promise<[string, readonly string[]][]> =>
    (await adviseRecovery(systems, report, served)).map((advice) => [advice.way, advice.missing]);
  const missingForPitr = async (at: string): Promise<readonly string[] | undefined> =>
    (await adviseRecovery(systems, { ...report, at }, routes)).find(({ way }) => way === 'pitr')?.missing;

  it('says what is missing for each way right now', async () => {
    const noLogin = 'DATABASE_ADMIN_URL is not set';
    // a record of a kind that this version does not know is left out, not a reason to answer nothing
    const record = { recordVersion: 1, kind: 'of-the-future', state: 'succeeded', attempt: 1, request: {} };
    await stored.state.write('jobs/20261120T100000Z-a.json', { ...record, jobId: '20261120T100000Z-a' }, 'any');
    expect(await missing()).toEqual([
      ['pitr', []],
      ['swap-dump', [noLogin]],
      ['clean-dump', [noLogin]],
    ]);
    expect(await missing(new Set())).toEqual([
      ['pitr', ['this app does not serve POST /api/pitr-restores']],
      ['swap-dump', ['this app does not serve POST /api/restores', noLogin]],
      ['clean-dump', ['this app does not serve POST /api/restores', noLogin]],
    ]);
  });

  it('tells how long a way took here, from records that are read many at once, and comes without them, too', async () => {
    for (const second of ['01', '02', '03']) {
      const jobId = `20261120T1000${second}Z-aaaaaaaa`;
      await requestJob(systems, { kind: 'pitr-restore', request: {}, requestedBy: 'anna', jobId });
      const found = await systems.jobLedger.read(jobId);
      if (found === undefined) throw new Error('the job is not there');
      const ran = { startedAt: '2026-11-20T10:00:00.000Z', finishedAt: `2026-11-20T10:00:${second}.000Z` };
      await systems.jobLedger.update({ ...found.record, ...ran, state: 'succeeded' }, found.version);
    }
    let [reading, most] = [0, 0];
    const { jobLedger } = systems;
    const ledger = (changes: object): Systems => ({
      ...systems,
      jobLedger: Object.assign(Object.create(jobLedger) as typeof jobLedger, changes),
    });
    const counted: (typeof jobLedger)['read'] = (jobId) => {
      most = Math.max(most, (reading += 1));
      return jobLedger.read(jobId).finally(() => (reading -= 1));
    };
    const pitr = async (of: Systems): Promise<unknown> =>
      (await adviseRecovery(of, report, routes)).find(({ way }) => way === 'pitr')?.expectedSeconds;
    expect([await pitr(ledger({ read: counted })), most]).toEqual([2, 3]);
    const refused = (): never => {
      throw new Failure('storage-refused', 'listing jobs: answered 403');
    };
    expect(await pitr(ledger({ listIds: refused }))).toBeNull();
  });

  it("judges point-in-time restore by the server's real window and state", async () => {
    expect(await missingForPitr('2026-11-25T11:00:00.000Z')).toEqual([]);
    expect(await missingForPitr('2025-12-31T23:00:00.000Z')).toEqual([
      "the server's point-in-time window begins at 2026-01-01T00:00:00.124Z",
    ]);
    scene.source.state = 'Stopped';
    expect(await missingForPitr('2026-11-25T11:00:00.000Z')).toEqual(['the server lifebook-db is Stopped, not Ready']);
    scene.arm.fault = () => problem(403, 'AuthorizationFailed', 'no right');
    expect(await missingForPitr('2026-11-25T11:00:00.000Z')).toEqual([
      'reading server lifebook-db: answered 403 AuthorizationFailed: no right',
    ]);
    stored.environment['AZURE_SUBSCRIPTION_ID'] = undefined;
    expect(await missingForPitr('2026-11-25T11:00:00.000Z')).toEqual([
      'calls to Azure need settings that are not there: AZURE_SUBSCRIPTION_ID',
    ]);
  });
});

describe('the timeline', () => {
  it('has the window, swapped-out databases, dumps and restored servers, newest first', async () => {
    const pointInTime = '2026-11-20T08:00:00.000Z';
    const order = {
      kind: 'pitr-restore',
      database: 'lifebook',
      request: { pointInTime },
      requestedBy: 'anna',
    } as const;
    const { jobId } = (await requestJob(systems, order)).record;
    const clone = newServer('lifebook-db-pitr', 'restore-rg', 'East US');
    const until = '2026-11-26T12:00:00.000Z';
    clone.tags = { ...cloneTags(await systems.jobLedger.installationId(), jobId, until) };
    const foreign = newServer('of-somebody-else', 'restore-rg', 'East US');
    for (const server of [clone, foreign]) scene.arm.add(server);
    const of = { database: 'lifebook' };
    const swapped = '2026-11-25T09:10:07.000Z';
    expect(await readTimeline(systems, 'lifebook')).toEqual({
      items: [
        { kind: 'pitr-window', ...of, from: '2026-01-01T00:00:00.124Z', to: '2026-11-25T12:00:00.000Z' },
        {
          ...{ kind: 'previous-database', ...of, name: 'app_before_20261125_091007', jobId: 'the-swap' },
          ...{ from: swapped, to: swapped },
        },
        {
          ...{ kind: 'dump', ...of, backupId: 'lifebook_backup_20261125_0200', state: 'verified', release: null },
          ...{ from: '2026-11-25T02:00:00.000Z', to: '2026-11-25T02:00:00.000Z' },
        },
        { kind: 'clone', ...of, from: pointInTime, to: pointInTime, name: clone.name, jobId, expiresAt: until },
      ],
      unavailable: [{ kind: 'deleted-blobs', reason: 'CONTENT_STORAGE is not set' }],
    });
  });

  it('has what soft delete has of the photos, as one stretch of each container', async () => {
    const content = await startContentAccount(blobStore);
    try {
      for (const name of ['1.jpg', '2.jpg', '3.jpg']) await content.put(content.photos, name, 'x');
      for (const name of ['1.jpg', '2.jpg']) await content.photos.deleteBlob(name);
      const { contentStore } = contentSystems(blobStore, content.simulator.connectionString);
      const { items } = await readTimeline({ ...systems, contentStore }, 'lifebook');
      expect(items.filter(({ kind }) => kind === 'deleted-blobs')).toEqual([
        {
          ...{ kind: 'deleted-blobs', name: 'photos', count: 2, hasMore: false },
          ...{ from: expect.any(String) as unknown, to: expect.any(String) as unknown },
        },
      ]);
      const blobs = { incident: 'blob-deleted', database: 'lifebook' } as const;
      const served = new Set(['POST undeletes', 'POST reconciliations']);
      const advice = await adviseRecovery({ ...systems, contentStore }, blobs, served);
      expect(advice.map(({ way, missing }) => [way, missing])).toEqual([
        ['undelete', []],
        ['reconcile', []],
      ]);
      const without = await adviseRecovery(systems, blobs, served);
      expect(without[0]).toMatchObject({ way: 'undelete', missing: ['CONTENT_STORAGE is not set'] });
    } finally {
      await content.stop();
    }
  });

  it('says which part cannot be shown, and why, and shows the rest', async () => {
    systems.pgAdmin.listDatabases = () => Promise.reject(new Failure('database-unreachable', 'no answer'));
    stored.environment['AZURE_SUBSCRIPTION_ID'] = undefined;
    stored.environment['RESTORE_RESOURCE_GROUP'] = undefined;
    const { items, unavailable } = await readTimeline(systems, undefined);
    expect(items.map(({ backupId }) => backupId)).toEqual([
      'other_backup_20261125_0300',
      'lifebook_backup_20261125_0200',
    ]);
    const reason = 'calls to Azure need settings that are not there: AZURE_SUBSCRIPTION_ID';
    expect(unavailable).toEqual([
      { kind: 'pitr-window', database: 'lifebook', reason },
      { kind: 'previous-database', database: 'lifebook', reason: 'no answer' },
      { kind: 'clone', reason: 'RESTORE_RESOURCE_GROUP is not set' },
      { kind: 'deleted-blobs', reason: 'CONTENT_STORAGE is not set' },
    ]);
  });
});

it('list the catalog once for all who take one of a moment ago, and anew for who takes none', async () => {
  const list = jest.spyOn(systems.dumpStore, 'list');
  const all = (maxAgeMs?: number): Promise<unknown[]> =>
    Promise.all([
      listBackups(systems, { limit: 50, maxAgeMs: maxAgeMs ?? 0 }),
      listChecks(systems, maxAgeMs),
      readTimeline(systems, undefined, maxAgeMs),
      adviseRecovery(systems, { ...report, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) }, new Set()),
    ]);
  await all(5_000);
  await all(5_000);
  expect(list).toHaveBeenCalledTimes(1);
  await stored.putBackup('manual', 'lifebook_backup_20261125_1000');
  const [backups, , points] = await all();
  expect(list).toHaveBeenCalledTimes(5);
  for (const { items } of [backups, points] as { items: readonly { backupId?: string }[] }[])
    expect(items.map(({ backupId }) => backupId)).toContain('lifebook_backup_20261125_1000');
});

it('tell of a state container that cannot be read, and of the dumps that can', async () => {
  const backupStates = { ...systems.backupStates, readMany: () => Promise.reject(new Error('refused')) };
  const { items } = await listChecks({ ...systems, backupStates });
  const stateOf = (name: string): unknown => items.find((check) => check.name === name)?.state;
  expect([stateOf('state-storage'), stateOf('dump-storage')]).toEqual(['failing', 'ok']);
});
