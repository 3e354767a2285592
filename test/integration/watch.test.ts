import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { problem } from '../../infra/local/azure/arm-answer';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { CHECK_NAMES, type CheckName } from '../../shared/domain/watch/checks';
import type { DrillEvidence, DrillVerdict } from '../../shared/domain/drills/drill';
import type { Drift } from '../../shared/domain/storage-policies/storage-policy';
import { checkHealth } from '../../shared/operations/watch/check-health';
import { listChecks } from '../../shared/operations/watch/list-checks';
import { markReleaseVerified } from '../../shared/operations/releases/mark-release';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { reportChecks, watch, watchDrills } from '../../shared/operations/watch/watch';
import { AzureBlobDumpAccount } from '../../shared/systems/dump-account/azure-blob';
import { AzureJobQueue } from '../../shared/systems/job-queue/azure-queue';
import { type AzureScene, startAzureScene, SUBSCRIPTION } from '../fixtures/azure/azure-scene';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

const patience = { tryTimeoutMs: 5_000, maxTries: 3, retryDelayMs: 20, retryMaxDelayMs: 100 };
const HOUR_MS = 3_600_000;
let blobStore: LocalBlobStore;
let scene: AzureScene;
let stored: StoredSystems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
  scene = await startAzureScene(blobStore, {});
});
afterAll(async () => {
  await scene.stop();
  await blobStore.stop();
});
beforeEach(async () => {
  stored = await storedSystems(blobStore);
  Object.assign(stored.systems, { flexServers: scene.flexServers });
  stored.systems.databases.find = () => ({ connection: { host: '127.0.0.1' } }) as never;
  await stored.putBackup('nightly', night('24'));
  await stored.putBackup('nightly', night('25'));
});

const night = (day: string): string => `lifebook_backup_202611${day}_0200`;
const later = (ms: number): void => void (stored.now = new Date(stored.now.getTime() + ms));
/** One hourly look; gives the names of the events that it sent. */
async function look(): Promise<string[]> {
  stored.events.length = 0;
  await stored.systems.jobLedger.noteTick('tick', stored.now);
  await watch(stored.systems);
  await watchDrills(stored.systems);
  return stored.events.map(({ name, properties }) => `${name} ${properties['check'] ?? ''}`);
}
const damaged = { at: '2026-11-25T11:00:00.000Z', detail: 'another hash' };
const change = (backupId: string, state: object): Promise<unknown> =>
  stored.systems.backupStates.change(backupId, () => state);

async function saveDrill(verdict: DrillVerdict): Promise<void> {
  const evidence = { id: '20261125T120000Z-a', database: 'lifebook', verdict, recoverySeconds: 42 };
  const told = { ...evidence, finishedAt: stored.now.toISOString(), backup: null } as unknown as DrillEvidence;
  await stored.systems.evidence.save(told, '');
}

const reportPolicies = (drifts: readonly Drift[]): Promise<void> =>
  stored.systems.policyReports.write({
    at: stored.now.toISOString(),
    accounts: [{ purpose: 'dumps', blobSoftDeleteDays: 14, drifts }],
  });

/** How each check is made to fail and healed again, by real means where there are any on this machine. */
const TROUBLES: Readonly<Partial<Record<CheckName, { fail: () => unknown; heal: () => unknown }>>> = {
  settings: {
    fail: () => (stored.environment['RETAIN_MONTHLY'] = '-1'),
    heal: () => (stored.environment['RETAIN_MONTHLY'] = undefined),
  },
  'databases-configured': {
    fail: () => (stored.databases = []),
    heal: () => (stored.databases = ['lifebook']),
  },
  'backup-freshness': {
    fail: () => later(20 * HOUR_MS),
    heal: () => stored.putBackup('nightly', night('26')),
  },
  'recovery-timer': {
    fail: async () => {
      stored.environment['APP_ROLE'] = 'backup';
      await stored.systems.jobLedger.noteTick('recovery-tick', stored.now);
      later(HOUR_MS);
    },
    heal: () => stored.systems.jobLedger.noteTick('recovery-tick', stored.now),
  },
  'jobs-stuck': {
    fail: async () => {
      const order = { kind: 'backup', database: 'lifebook', request: {}, requestedBy: 'anna' } as const;
      await requestJob(stored.systems, { ...order, jobId: '20261125T120000Z-a' });
      later(7 * HOUR_MS);
    },
    heal: async () => {
      const found = await stored.systems.jobLedger.read('20261125T120000Z-a');
      if (found === undefined) throw new Error('the job is gone');
      const record = { ...found.record, state: 'failed' as const, finishedAt: stored.now.toISOString() };
      await stored.systems.jobLedger.update(record, found.version);
    },
  },
  'poison-queue': { fail: () => (stored.deadTickets = 2), heal: () => (stored.deadTickets = 0) },
  'shrunken-backup': {
    fail: () => stored.putBackup('manual', 'lifebook_backup_20261125_0900', { rows: 10 }),
    heal: () =>
      change('lifebook_backup_20261125_0900', { accepted: { at: damaged.at, by: 'anna', reason: 'as it should be' } }),
  },
  'damaged-backup': {
    fail: () => change(night('24'), { damaged }),
    heal: () => change(night('24'), { damaged: undefined }),
  },
  'last-drill': {
    fail: async () => {
      stored.drillServer = { host: 'h', port: 1, user: 'u', database: 'd', password: undefined, tls: 'disable' };
      // its first backup was there when a drill was due on 1 October
      await stored.systems.jobLedger.reserveBackupId('lifebook_backup_20260930_0200', 'job');
    },
    heal: () => saveDrill('passed'),
  },
  retention: {
    fail: async () => {
      stored.environment['EXPIRE_MAX_SHARE'] = '0.1';
      stored.environment['RETAIN_MIN_VERIFIED'] = '1';
      await stored.putBackup('nightly', 'lifebook_backup_20260901_0200');
    },
    heal: () => (stored.environment['EXPIRE_MAX_SHARE'] = '0.9'),
  },
  'release-unverified': {
    fail: async () => {
      const release = { version: '1.42.0' };
      await stored.putBackup('pre-release', 'lifebook_backup_20261111_1100', { release });
    },
    heal: () => markReleaseVerified(stored.systems, '1.42.0', {}, 'anna'),
  },
  'long-job': {
    fail: () => stored.putBackup('manual', 'lifebook_backup_20261125_0900', { finishedAt: '2026-11-25T09:41:00.000Z' }),
    heal: () => stored.putBackup('manual', 'lifebook_backup_20261125_1100'),
  },
  'pitr-window': {
    fail: () => {
      Object.assign(stored.environment, {
        ...{ AZURE_SUBSCRIPTION_ID: SUBSCRIPTION, POSTGRES_RESOURCE_GROUP: 'lifebook-rg' },
        POSTGRES_SERVER: 'lifebook-db',
      });
      scene.source.backupRetentionDays = 3;
    },
    heal: () => (scene.source.backupRetentionDays = 7),
  },
  'soft-delete': {
    fail: () => (stored.account = { ...stored.account, softDeleteDays: 0 }),
    heal: () => (stored.account = { ...stored.account, softDeleteDays: 14 }),
  },
  'storage-policy-drift': {
    fail: async () => {
      stored.protectedAccounts = [{ purpose: 'dumps', account: 'lifebookdumps', containers: [] }];
      await reportPolicies([{ what: 'versioning', detail: 'versioning is on', remedy: 'person' }]);
    },
    heal: () => reportPolicies([]),
  },
  'second-copy-lag': {
    fail: () => (stored.isCopying = true),
    heal: () => change(night('24'), { copied: { at: damaged.at } }),
  },
  'account-key': {
    fail: () => (stored.account = { ...stored.account, usesKey: true }),
    heal: () => (stored.account = { ...stored.account, usesKey: false }),
  },
};

describe('each check', () => {
  it.each(Object.keys(TROUBLES) as CheckName[])(
    '%s tells once that it fails, and once that it recovered',
    async (name) => {
      expect(await look()).toEqual([]);
      await TROUBLES[name]?.fail();
      expect(await look()).toContain(`CheckFailed ${name}`);
      expect(await look()).toEqual([]);
      await TROUBLES[name]?.heal();
      expect((await look()).filter((event) => event.endsWith(` ${name}`))).toEqual([`CheckRecovered ${name}`]);
      expect((await look()).filter((event) => event.endsWith(` ${name}`))).toEqual([]);
    },
  );

  it('that needs a broken account or a dead timer is judged by the same table', async () => {
    const others: CheckName[] = ['dump-storage', 'state-storage', 'tick-timer'];
    expect(CHECK_NAMES.filter((name) => TROUBLES[name] === undefined)).toEqual(others);
    await look();
    stored.events.length = 0;
    later(HOUR_MS);
    await watch(stored.systems);
    expect(stored.events.map(({ properties }) => properties['check'])).toEqual(['tick-timer']);
    const { dumpStore } = stored.systems;
    const list = dumpStore.list.bind(dumpStore);
    dumpStore.list = () => {
      throw new Error('refused');
    };
    expect(await look()).toEqual(
      expect.arrayContaining(['CheckFailed dump-storage', 'CheckFailed backup-freshness', 'CheckRecovered tick-timer']),
    );
    dumpStore.list = list;
    expect(await look()).toEqual(['CheckRecovered dump-storage', 'CheckRecovered backup-freshness']);
    expect((await checkHealth({ ...stored.systems, jobLedger: brokenLedger() })).checks).toContainEqual({
      ...{ name: 'state-storage', state: 'failing' },
    });
  });
});

const brokenLedger = (): StoredSystems['systems']['jobLedger'] =>
  new Proxy({} as StoredSystems['systems']['jobLedger'], {
    get: () => () => {
      throw new Error('refused');
    },
  });

describe('a storage policy', () => {
  it('that nobody has compared for two days is told, and so is soft delete that only Azure Resource Manager tells of', async () => {
    stored.protectedAccounts = [{ purpose: 'dumps', account: 'lifebookdumps', containers: [] }];
    stored.account = { ...stored.account, softDeleteDays: null };
    const accounts = [{ purpose: 'dumps' as const, blobSoftDeleteDays: 0, drifts: [] }];
    await stored.systems.policyReports.write({ at: '2026-11-23T09:00:00.000Z', accounts });
    expect(await look()).toEqual(['CheckFailed soft-delete', 'CheckFailed storage-policy-drift']);
  });
});

describe('the watch', () => {
  it('tells of a change once, however many look at once', async () => {
    await look();
    stored.deadTickets = 1;
    await Promise.all([watch(stored.systems), watch(stored.systems), watch(stored.systems)]);
    expect(stored.events.map(({ name }) => name)).toEqual(['CheckFailed']);
  });

  it('says what, since when, how long and what to do next', async () => {
    await look();
    stored.deadTickets = 2;
    await look();
    expect(stored.events[0]?.properties).toEqual({
      ...{ check: 'poison-queue', database: '', severity: 'degraded', since: '2026-11-25T12:00:00.000Z' },
      detail: '2 messages',
      hint: 'read the messages of the poison queue; deadTicket should have turned them into failed jobs',
    });
    later(2 * HOUR_MS);
    stored.events.length = 0;
    await reportChecks(stored.systems);
    expect(stored.events).toMatchObject([
      { name: 'CheckStillFailing', properties: { check: 'poison-queue' }, measures: { ageHours: 2 } },
    ]);
    const { items: listed } = await listChecks(stored.systems);
    expect(listed.find(({ name }) => name === 'poison-queue')).toMatchObject({
      ...{ state: 'failing', since: '2026-11-25T12:00:00.000Z', severity: 'degraded', detail: '2 messages' },
    });
    stored.deadTickets = 0;
    await look();
    expect(stored.events).toMatchObject([{ name: 'CheckRecovered', measures: { failedMs: 2 * HOUR_MS } }]);
  });

  it('measures the newest verified backup of each database', async () => {
    stored.databases = ['lifebook', 'eu-west'];
    await stored.putBackup('nightly', 'eu-west_backup_20261125_0400');
    await look();
    expect(stored.metrics).toEqual([
      { name: 'NewestBackupAgeHours', value: 10, database: 'lifebook' },
      { name: 'NewestBackupBytes', value: 100, database: 'lifebook' },
      { name: 'NewestBackupAgeHours', value: 8, database: 'eu-west' },
      { name: 'NewestBackupBytes', value: 100, database: 'eu-west' },
    ]);
  });
});

describe('the window of point-in-time restore', () => {
  const found = async (): Promise<readonly unknown[]> => {
    await look();
    const { items } = await listChecks(stored.systems);
    return items.filter(({ name }) => name === 'pitr-window').map(({ state, detail }) => [state, detail]);
  };

  it('is asked of Azure where that is set up, and of nobody by a call', async () => {
    expect(await found()).toEqual([['unknown', undefined]]);
    await TROUBLES['pitr-window']?.fail();
    expect(await found()).toEqual([['failing', 'Azure keeps its backups for 3 days, not 7']]);
    await TROUBLES['pitr-window']?.heal();
    expect(await found()).toEqual([['ok', undefined]]);
    const calls = scene.arm.calls.length;
    await listChecks(stored.systems);
    await checkHealth(stored.systems);
    expect(scene.arm.calls.length).toBe(calls);
    scene.arm.fault = () => problem(403, 'AuthorizationFailed', 'no right');
    const refused = 'reading server lifebook-db: answered 403 AuthorizationFailed: no right';
    expect(await found()).toEqual([['failing', refused]]);
    scene.arm.fault = () => problem(503, 'ServiceUnavailable', 'later');
    expect(await found()).toEqual([['failing', refused]]);
    scene.arm.fault = undefined;
  });
});

describe('the last drill', () => {
  const stateOf = async (): Promise<string | undefined> =>
    (await listChecks(stored.systems)).items.find(({ name }) => name === 'last-drill')?.state;

  it('is promised only where drills are set up, and from the first backup on', async () => {
    expect(await stateOf()).toBe('unknown');
    stored.drillServer = { host: 'h', port: 1, user: 'u', database: 'd', password: undefined, tls: 'disable' };
    await stored.systems.jobLedger.reserveBackupId('lifebook_backup_20261124_0200', 'job');
    expect(await stateOf()).toBe('ok');
    stored.now = new Date('2027-01-09T03:00:00Z');
    expect(await stateOf()).toBe('ok');
    stored.now = new Date('2027-01-09T04:00:00Z');
    expect(await stateOf()).toBe('failing');
  });

  it('counts only when it passed, and then its recovery time is measured', async () => {
    stored.drillServer = { host: 'h', port: 1, user: 'u', database: 'd', password: undefined, tls: 'disable' };
    await stored.systems.jobLedger.reserveBackupId('lifebook_backup_20260930_0200', 'job');
    await saveDrill('content-failed');
    await look();
    expect(await stateOf()).toBe('failing');
    await saveDrill('passed');
    await look();
    expect(await stateOf()).toBe('ok');
    expect(stored.metrics).toContainEqual({ name: 'DrillRecoverySeconds', value: 42, database: 'lifebook' });
    later(100 * 24 * HOUR_MS);
    await look();
    expect(await stateOf()).toBe('failing');
  });
});

describe('what storage tells of itself', () => {
  it('is whether soft delete is on, and for how long', async () => {
    const service = BlobServiceClient.fromConnectionString(blobStore.connectionString);
    const account = new AzureBlobDumpAccount(
      () => Promise.resolve(service),
      () => 'key',
      patience,
    );
    expect(await account.describe()).toEqual({ softDeleteDays: 0, usesKey: true });
    await service.setProperties({ deleteRetentionPolicy: { enabled: true, days: 14 } });
    expect(await account.describe()).toEqual({ softDeleteDays: 14, usesKey: true });
  });

  it('is how many tickets were set aside', async () => {
    const queue = QueueServiceClient.fromConnectionString(blobStore.connectionString).getQueueClient('of-dead-tickets');
    const open = (): Promise<typeof queue> => Promise.resolve(queue);
    const jobQueue = new AzureJobQueue(open, open, patience);
    expect(await jobQueue.countDead()).toBe(0);
    await queue.create();
    await queue.sendMessage('dead');
    expect(await jobQueue.countDead()).toBe(1);
  });
});
