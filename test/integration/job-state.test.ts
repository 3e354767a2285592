import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BlobServiceClient } from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { Settings } from '../../shared/config/settings';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { buryJob } from '../../shared/operations/jobs/bury-job';
import { Failure } from '../../shared/domain/failure';
import { doWhatIsDue } from '../../shared/operations/jobs/do-what-is-due';
import { cancelJob, listJobs } from '../../shared/operations/jobs/jobs';
import { reopenJob } from '../../shared/operations/jobs/reopen-job';
import { requestCheckedJob, requestJob, requestJobFor } from '../../shared/operations/jobs/request-job';
import { startNightlyBackups } from '../../shared/operations/backup/start-nightly-backups';
import { AzureBlobBackupStates } from '../../shared/systems/backup-states/azure-blob';
import { AzureBlobCheckStates } from '../../shared/systems/check-states/azure-blob';
import { AzureBlobReleaseRecords } from '../../shared/systems/release-records/azure-blob';
import { BlobLeaseLocks } from '../../shared/systems/job-lock/blob-lease';
import { AzureBlobDumpStore } from '../../shared/systems/dump-store/azure-blob';
import { AzureBlobJobLedger } from '../../shared/systems/job-ledger/azure-blob';
import { StateContainer } from '../../shared/systems/job-ledger/state-container';
import type { Systems } from '../../shared/systems/systems';

const patience = { tryTimeoutMs: 5_000, maxTries: 3, retryDelayMs: 20, retryMaxDelayMs: 100 };
let blobStore: LocalBlobStore;
let round = 0;
let now: Date;
let tickets: string[];
let state: StateContainer;
let systems: Systems;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
});
afterAll(() => blobStore.stop());

/** Real storage and a clock that stands still; a new pair of containers for each test. */
beforeEach(() => {
  round += 1;
  now = new Date('2026-11-23T12:00:00Z');
  tickets = [];
  const service = BlobServiceClient.fromConnectionString(blobStore.connectionString);
  const open = (name: string) => async () => {
    const container = service.getContainerClient(`${name}-${round}`);
    await container.createIfNotExists();
    return container;
  };
  state = new StateContainer(open('state'), patience);
  systems = {
    backupStates: new AzureBlobBackupStates(state),
    clock: { now: () => new Date(now) },
    databases: {
      ...{ names: () => ['lifebook', 'eu-west'], problems: () => [], targets: () => [] },
      ...{ find: () => neverAsked(), admin: () => neverAsked(), target: () => neverAsked() },
      ...{ drillServer: () => neverAsked(), configuredPlaces: () => neverAsked() },
    },
    jobLocks: new BlobLeaseLocks(state, patience, () => 15),
    dumpStore: new AzureBlobDumpStore(open('dumps'), patience),
    jobLedger: new AzureBlobJobLedger(state),
    jobQueue: {
      announce: (jobId: string) => Promise.resolve(void tickets.push(jobId)),
      countDead: () => Promise.resolve(0),
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    settings: new Settings({}),
    checkStates: new AzureBlobCheckStates(state),
    releaseRecords: new AzureBlobReleaseRecords(state),
    dumpAccount: { describe: () => Promise.resolve({ softDeleteDays: 14, usesKey: false }) },
    telemetry: { event: () => Promise.resolve(), metrics: () => Promise.resolve() },
  } as unknown as Systems;
});

const neverAsked = (): never => {
  throw new Error('no test here asks for a connection');
};
const order = { kind: 'backup', database: 'lifebook', request: { kind: 'manual' }, requestedBy: 'anna' } as const;
const later = (minutes: number): void => void (now = new Date(now.getTime() + minutes * 60_000));
const read = async (jobId: string): Promise<JobRecord> => {
  const found = await systems.jobLedger.read(jobId);
  if (found === undefined) throw new Error('no such record');
  return found.record;
};
async function change(jobId: string, changes: Partial<JobRecord>): Promise<void> {
  const found = await systems.jobLedger.read(jobId);
  expect(
    await systems.jobLedger.update({ ...(found?.record as JobRecord), ...changes }, found?.version ?? ''),
  ).toBeDefined();
}

describe('a job that is asked for', () => {
  it('is recorded and announced, once for one id', async () => {
    const first = await requestJob(systems, { ...order, jobId: '20261123T120000Z-a' });
    const second = await requestJob(systems, { ...order, jobId: '20261123T120000Z-a' });
    expect([first.isNew, second.isNew, tickets]).toEqual([true, false, ['20261123T120000Z-a']]);
  });

  it('is not run again when it has ended and was filed away', async () => {
    const { record } = await requestJob(systems, order);
    await change(record.jobId, { state: 'succeeded', finishedAt: now.toISOString() });
    await systems.jobLedger.fileAway(record.jobId);
    expect((await requestJob(systems, { ...order, jobId: record.jobId })).isNew).toBe(false);
    expect((await read(record.jobId)).state).toBe('succeeded');
  });

  it('is still known when two file it away at once', async () => {
    const { record } = await requestJob(systems, order);
    await change(record.jobId, { state: 'succeeded', finishedAt: now.toISOString() });
    // the other is done with it just before this one removes the open record
    const slow = Object.create(state, {
      removeVersion: {
        value: async (...args: Parameters<StateContainer['removeVersion']>) => {
          await systems.jobLedger.fileAway(record.jobId);
          return state.removeVersion(...args);
        },
      },
    }) as StateContainer;
    await new AzureBlobJobLedger(slow).fileAway(record.jobId);
    expect((await read(record.jobId)).state).toBe('succeeded');
  });

  it('is the same for the same idempotency key for 7 days, and refused for another body', async () => {
    const first = await requestJobFor(systems, order, 'release-1');
    later(7 * 24 * 60 - 1);
    expect((await requestJobFor(systems, order, 'release-1')).jobId).toBe(first.jobId);
    expect((await requestJobFor(systems, { ...order, requestedBy: 'bert' }, 'release-1')).jobId).not.toBe(first.jobId);
    const other = { ...order, request: { kind: 'pre-release' } };
    await expect(requestJobFor(systems, other, 'release-1')).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    later(2);
    expect((await requestJobFor(systems, other, 'release-1')).jobId).not.toBe(first.jobId);
  });

  it('is the same for who repeats it under its key, though it could not be asked for any more', async () => {
    const { database, ...asked } = order;
    let isInTheWay = false;
    const check = (): Promise<{ database: string }> => {
      if (isInTheWay) throw new Failure('database-exists', 'it is there already');
      return Promise.resolve({ database });
    };
    const first = await requestCheckedJob(systems, asked, 'restore-1', check);
    expect(first.database).toBe(database);
    isInTheWay = true;
    expect((await requestCheckedJob(systems, asked, 'restore-1', check)).jobId).toBe(first.jobId);
    await expect(requestCheckedJob(systems, asked, 'restore-2', check)).rejects.toMatchObject({
      code: 'database-exists',
    });
    const other = { ...asked, request: { kind: 'pre-release' } };
    await expect(requestCheckedJob(systems, other, 'restore-1', check)).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
  });

  it('is refused beyond 20 unfinished ones of the same caller', async () => {
    for (let count = 0; count < 20; count++) await requestJobFor(systems, order, undefined);
    await expect(requestJobFor(systems, order, undefined)).rejects.toMatchObject({ code: 'too-many-jobs' });
    await requestJobFor(systems, { ...order, requestedBy: 'bert' }, undefined);
  });
});

describe('the nightly timer', () => {
  const scheduledAt = new Date('2026-11-23T02:00:00Z');

  it('makes one job for each database, also when it fires twice at once and again soon', async () => {
    await Promise.all([
      startNightlyBackups(systems, scheduledAt, { mayRepeat: true }),
      startNightlyBackups(systems, scheduledAt, { mayRepeat: true }),
    ]);
    later(9);
    await startNightlyBackups(systems, scheduledAt, { mayRepeat: true });
    expect(tickets.sort()).toEqual(['20261123T020000Z-nightly-eu-west', '20261123T020000Z-nightly-lifebook']);
  });

  it('makes another one when it is started again after the night has ended', async () => {
    await startNightlyBackups(systems, scheduledAt, { mayRepeat: true });
    for (const jobId of tickets) await change(jobId, { state: 'failed' });
    await startNightlyBackups(systems, scheduledAt, { mayRepeat: true });
    expect(tickets.slice(2).sort()).toEqual(['20261123T120000Z-nightly-eu-west', '20261123T120000Z-nightly-lifebook']);
  });

  it('makes no second one when it fires past due, after tick made up for the night', async () => {
    await doWhatIsDue(systems, () => scheduledAt, 'tick');
    for (const jobId of tickets) await change(jobId, { state: 'succeeded' });
    later(60);
    await startNightlyBackups(systems, scheduledAt, { mayRepeat: false });
    expect(tickets).toHaveLength(2);
  });

  it('is made up for by tick when it did not fire', async () => {
    await doWhatIsDue(systems, () => scheduledAt, 'tick');
    await doWhatIsDue(systems, () => scheduledAt, 'tick');
    expect(tickets.sort()).toEqual(['20261123T020000Z-nightly-eu-west', '20261123T020000Z-nightly-lifebook']);
    expect((await systems.jobLedger.lastTickAt('tick'))?.toISOString()).toBe('2026-11-23T12:00:00.000Z');
  });
});

describe('tick', () => {
  const noNightly = new Date('2026-01-01T02:00:00Z');

  it('announces a job whose ticket was lost, and not again at once', async () => {
    const { record } = await requestJob(systems, order);
    later(9);
    await doWhatIsDue(systems, () => noNightly, 'tick');
    expect(tickets).toHaveLength(1);
    later(2);
    await doWhatIsDue(systems, () => noNightly, 'tick');
    await doWhatIsDue(systems, () => noNightly, 'tick');
    expect(tickets).toEqual([record.jobId, record.jobId]);
  });

  it('announces a running job when nobody holds its lock', async () => {
    const { record } = await requestJob(systems, order);
    await change(record.jobId, { state: 'running' });
    const lock = await systems.jobLocks.acquire('database-lifebook', record.jobId);
    await doWhatIsDue(systems, () => noNightly, 'tick');
    expect(tickets).toHaveLength(1);
    await lock?.release();
    later(11);
    await doWhatIsDue(systems, () => noNightly, 'tick');
    await doWhatIsDue(systems, () => noNightly, 'tick');
    expect(tickets).toHaveLength(2);
  });

  it('files a job away a day after its end; it can still be read and listed', async () => {
    const { record } = await requestJob(systems, order);
    await change(record.jobId, { state: 'succeeded', finishedAt: now.toISOString() });
    await systems.jobLedger.saveFacts(record.jobId, 'dump-1', {});
    later(24 * 60);
    const { record: newer } = await requestJob(systems, order);
    await doWhatIsDue(systems, () => noNightly, 'tick');
    const names: string[] = [];
    for await (const name of state.names('jobs/', true)) names.push(name);
    expect(names).toEqual([`jobs/${newer.jobId}.json`, `jobs/done/2026-11/${record.jobId}.json`]);
    expect((await read(record.jobId)).state).toBe('succeeded');
    const page = await listJobs(systems, { limit: 1 });
    expect(page.items.map(({ jobId }) => jobId)).toEqual([newer.jobId]);
    const next = await listJobs(systems, { limit: 1, after: page.last });
    expect(next).toMatchObject({ items: [{ jobId: record.jobId }], last: undefined });
  });
});

describe('the list of jobs', () => {
  it('is in order of the requests across open and filed jobs, page by page', async () => {
    const ids = ['20261101T000000Z-a', '20261102T000000Z-b', '20261103T000000Z-c', '20261104T000000Z-d'];
    for (const jobId of ids) await requestJob(systems, { ...order, jobId });
    for (const jobId of [ids[0], ids[2]]) {
      await change(jobId ?? '', { state: 'succeeded', finishedAt: now.toISOString() });
      await systems.jobLedger.fileAway(jobId ?? '');
    }
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await listJobs(systems, { limit: 1, after });
      seen.push(...page.items.map(({ jobId }) => jobId));
      after = page.last;
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it('leaves out what another version of the app wrote', async () => {
    await state.write('jobs/20261105T000000Z-x.json', { recordVersion: 9 }, 'absent');
    const { record } = await requestJob(systems, order);
    const open: string[] = [];
    for await (const { jobId } of systems.jobLedger.listOpen()) open.push(jobId);
    expect(open).toEqual([record.jobId]);
    expect((await listJobs(systems, { limit: 10 })).items).toHaveLength(1);
  });
});

describe('a job that nobody can run', () => {
  it('is failed when its ticket is dead', async () => {
    const { record } = await requestJob(systems, order);
    await buryJob(systems, record.jobId);
    expect(await read(record.jobId)).toMatchObject({ state: 'failed', error: { code: 'ticket-dead' } });
  });

  it('is told of by one event, when its ticket is dead and when it is canceled while queued', async () => {
    const told: unknown[] = [];
    const event: typeof systems.telemetry.event = (name, properties) =>
      Promise.resolve(void told.push([name, properties['jobId'], properties['state']]));
    const listening = { ...systems, telemetry: { ...systems.telemetry, event } };
    const { record: buried } = await requestJob(systems, order);
    await buryJob(listening, buried.jobId);
    await buryJob(listening, buried.jobId);
    const { record: canceled } = await requestJob(systems, order);
    await cancelJob(listening, canceled.jobId, 'bert');
    expect(told).toEqual([
      ['JobEnded', buried.jobId, 'failed'],
      ['JobEnded', canceled.jobId, 'canceled'],
    ]);
  });

  it('is left to its worker while that holds the lock', async () => {
    const { record } = await requestJob(systems, order);
    await systems.jobLocks.acquire('database-lifebook', record.jobId);
    await buryJob(systems, record.jobId);
    expect((await read(record.jobId)).state).toBe('queued');
  });

  it('can be opened again for npm run job, another end cannot', async () => {
    const { record } = await requestJob(systems, order);
    await buryJob(systems, record.jobId);
    expect(await reopenJob(systems, record.jobId)).toMatchObject({ state: 'queued', kills: {} });
    await cancelJob(systems, record.jobId, 'bert');
    await expect(reopenJob(systems, record.jobId)).rejects.toMatchObject({ code: 'job-already-ended' });
  });

  it('is canceled at once while queued, and not twice', async () => {
    const { record } = await requestJob(systems, order);
    expect(await cancelJob(systems, record.jobId, 'bert')).toMatchObject({
      state: 'canceled',
      error: { code: 'canceled', detail: 'canceled by bert' },
    });
    await expect(cancelJob(systems, record.jobId, 'bert')).rejects.toMatchObject({ code: 'job-already-ended' });
    await expect(cancelJob(systems, '../x', 'bert')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the lock of a database', () => {
  it('belongs to one worker, which it names, until it is released', async () => {
    const lock = await systems.jobLocks.acquire('database-lifebook', 'one');
    expect(await systems.jobLocks.acquire('database-lifebook', 'two')).toBeUndefined();
    expect(await systems.jobLocks.holder('database-lifebook')).toBe('one');
    await lock?.renew();
    await lock?.release();
    expect(await systems.jobLocks.holder('database-lifebook')).toBeUndefined();
    expect(await systems.jobLocks.acquire('database-lifebook', 'two')).toBeDefined();
    await expect(lock?.renew()).rejects.toMatchObject({ code: 'claim-lost' });
  });
});

describe('the dump store', () => {
  const labels = { contentType: 'text/plain', metadata: { jobid: 'j' }, tags: { state: 'unverified' } };
  const { signal } = new AbortController();

  it('shows nothing of a blob before its commit, and never overwrites one', async () => {
    const upload = systems.dumpStore.beginUpload('a.dump', '1');
    await Promise.all([upload.stage(Buffer.from('one '), signal), upload.stage(Buffer.from('two'), signal)]);
    expect(await systems.dumpStore.head('a.dump')).toBeUndefined();
    expect(await upload.commit(labels, signal)).toBe('created');
    expect(await systems.dumpStore.readText('a.dump')).toBe('one two');
    const second = systems.dumpStore.beginUpload('a.dump', '2');
    await second.stage(Buffer.from('other'), signal);
    expect(await second.commit(labels, signal)).toBe('exists');
    expect(await systems.dumpStore.createText('a.dump', 'x', labels)).toBe('exists');
    expect(await systems.dumpStore.readText('a.dump')).toBe('one two');
  });

  it('lists names, metadata and tags', async () => {
    await systems.dumpStore.createText('x/1', 'abc', labels);
    await systems.dumpStore.setTags('x/1', { state: 'verified' });
    const found = [];
    for await (const blob of systems.dumpStore.list('x/')) found.push(blob);
    expect(found).toMatchObject([{ name: 'x/1', sizeBytes: 3, metadata: { jobid: 'j' }, tags: { state: 'verified' } }]);
  });

  it('reads a blob in pieces, in order, and notices when it was changed', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024 + 5, 'lifebook ');
    const upload = systems.dumpStore.beginUpload('big', '1');
    await upload.stage(bytes, signal);
    await upload.commit(labels, signal);
    const head = await systems.dumpStore.head('big');
    if (head === undefined) throw new Error('it was just committed');
    const pieces: Buffer[] = [];
    for await (const piece of systems.dumpStore.readPieces('big', head, signal)) pieces.push(Buffer.from(piece));
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    const stale = { ...head, etag: '"0x0"' };
    const reading = systems.dumpStore.readPieces('big', stale, signal)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ code: 'stored-bytes-differ' });
  });

  it('says so when its container is not there', async () => {
    const service = BlobServiceClient.fromConnectionString(blobStore.connectionString);
    const store = new AzureBlobDumpStore(() => Promise.resolve(service.getContainerClient('not-there')), patience);
    await expect(store.createText('a', 'b', labels)).rejects.toMatchObject({ code: 'storage-refused' });
  });
});
