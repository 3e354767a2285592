import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { writeTicket } from '../../shared/domain/jobs/ticket';
import { doWhatIsDue } from '../../shared/operations/jobs/do-what-is-due';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { cancelJob } from '../../shared/operations/jobs/jobs';
import { listChecks } from '../../shared/operations/watch/list-checks';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let store: LocalBlobStore;
let settings: Record<string, string>;
let backup: BackupApp;
let recovery: BackupApp;

/** Two apps with one state, as the template deploys them; only the recovery app is meant to use the admin login. */
beforeAll(async () => {
  const tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  const server = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 100) as id');
  settings = {
    ...{ PGTOOLS_DIR: tools, DRILL_ON_SOURCE: 'true', JOB_SWEEP_SECONDS: '60' },
    ...{ DATABASE_URL_FAMILY: login.url('postgres'), DATABASE_ADMIN_URL_FAMILY: server.url('postgres') },
  };
  backup = startBackupApp(store, { ...settings, APP_ROLE: 'backup' });
  recovery = startBackupApp(store, { ...settings, APP_ROLE: 'recovery' });
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const drill = { kind: 'drill', database: 'family', request: { source: 'newest' }, requestedBy: 'anna' } as const;
const dump = { kind: 'backup', database: 'family', request: { kind: 'manual' }, requestedBy: 'anna' } as const;
const never = new AbortController().signal;
const noNight = (): Date => new Date('2026-01-01T02:00:00Z');

async function ticketsIn(queue: string): Promise<string[]> {
  const client = QueueServiceClient.fromConnectionString(store.connectionString).getQueueClient(queue);
  const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => messageText);
}
const anHourLater = (app: BackupApp): BackupApp['systems'] => ({
  ...app.systems,
  clock: { now: () => new Date(Date.now() + 3_600_000) },
});

describe('two apps that share one state', () => {
  it.each([
    ['recovery', drill, () => recovery, () => backup, 'lifebook-recovery-jobs'],
    ['backup', dump, () => backup, () => recovery, 'lifebook-backup-jobs'],
  ] as const)(
    'leave a job of the %s app to that app, whatever comes to the other',
    async (_role, order, own, other, queue) => {
      const { record } = await requestJob(own().systems, order);
      const ticket = writeTicket(record.jobId);
      expect((await ticketsIn(queue)).filter((text) => text === ticket)).toHaveLength(1);

      // its ticket comes to the other app, as after a change of roles
      expect(await runJob(other().systems, record.jobId, never)).toBe('of-another-app');
      const announced = (await doWhatIsDue(anHourLater(other()), noNight, 'tick')).filter((due) => 'jobId' in due);
      expect(announced).toEqual([]);
      expect((await own().systems.jobLedger.read(record.jobId))?.record).toEqual(record);

      // its own app has lost the ticket: that one sends it again
      await doWhatIsDue(anHourLater(own()), noNight, 'tick');
      expect((await ticketsIn(queue)).filter((text) => text === ticket)).toHaveLength(2);

      // a wish to cancel can be told to either; what was begun is put in order by its own app
      expect(await cancelJob(other().systems, record.jobId, 'bert')).toMatchObject({ state: 'queued' });
      expect(await runJob(own().systems, record.jobId, never)).toBe('canceled');
    },
  );

  it('tell the timer of one from that of the other', async () => {
    const { jobLedger } = backup.systems;
    await jobLedger.noteTick('tick', new Date('2026-11-25T01:00:00Z'));
    await doWhatIsDue(recovery.systems, noNight, 'tick');
    expect((await jobLedger.lastTickAt('tick'))?.toISOString()).toBe('2026-11-25T01:00:00.000Z');
    expect(await jobLedger.lastTickAt('recovery-tick')).toBeDefined();
  });

  it.each([
    ['recovery-timer', 'recovery-tick', 'tick', () => backup],
    ['tick-timer', 'tick', 'recovery-tick', () => recovery],
  ] as const)('tell %s of each other: an app that stands still does not', async (check, itsTimer, ownTimer, living) => {
    const { systems } = living();
    const events: unknown[] = [];
    const telemetry: typeof systems.telemetry = {
      metrics: () => Promise.resolve(),
      event: (name, properties) => Promise.resolve(void events.push([name, properties['check']])),
    };
    const lookAt = async (time: string): Promise<unknown[]> => {
      const clock = { now: () => new Date(time) };
      await systems.jobLedger.noteTick(ownTimer, new Date(time));
      events.length = 0;
      await doWhatIsDue({ ...systems, clock, telemetry }, noNight, 'tick');
      return events.filter((event) => String(event).endsWith(`,${check}`));
    };
    await systems.jobLedger.noteTick(itsTimer, new Date('2026-11-24T09:58:00Z'));
    expect(await lookAt('2026-11-24T10:00:00Z')).toEqual([]);
    expect(await lookAt('2026-11-24T11:00:00Z')).toEqual([['CheckFailed', check]]);
    const { items } = await listChecks({ ...systems, clock: { now: () => new Date('2026-11-24T11:00:00Z') } });
    expect(items.find(({ name }) => name === check)).toMatchObject({
      ...{ state: 'failing', detail: 'tick has not run since 2026-11-24T09:58:00.000Z' },
    });
    await systems.jobLedger.noteTick(itsTimer, new Date('2026-11-24T11:58:00Z'));
    expect(await lookAt('2026-11-24T12:00:00Z')).toEqual([['CheckRecovered', check]]);
  });

  it('judge the drills in the one that runs them, and show them in the other', async () => {
    const clock = { now: () => new Date('2026-11-25T12:00:00Z') };
    // the family's first backup was there when a drill was due on 1 October
    await backup.systems.jobLedger.reserveBackupId('family_backup_20260930_0200', 'job');
    for (const { systems } of [backup, recovery]) await doWhatIsDue({ ...systems, clock }, noNight, 'tick');
    const { items } = await listChecks({ ...backup.systems, clock });
    const detail = 'no drill has passed yet; one was due at 2026-10-01T04:00:00.000Z';
    expect(items.filter(({ name }) => name === 'last-drill')).toMatchObject([
      { database: 'family', state: 'failing', since: '2026-11-25T12:00:00.000Z', detail },
    ]);
  });

  it('do their own work on the host and have no route for the other’s', async () => {
    const apps = await Promise.all(
      ['backup', 'recovery'].map((APP_ROLE) => cleanup.add(startHostedApp(store, { ...settings, APP_ROLE }))),
    );
    const [backups, recoveries] = apps as [HostedApp, HostedApp];
    const dumped = await backups.call('POST', '/backups', { body: { kind: 'manual' } });
    expect((await recoveries.ended(dumped.body['jobId'])).body).toMatchObject({ state: 'succeeded' });
    const drilled = await recoveries.call('POST', '/drills', { body: { source: 'newest' } });
    expect((await backups.ended(drilled.body['jobId'])).body).toMatchObject({ state: 'succeeded', kind: 'drill' });

    const body = { backupId: 'family_backup_20261122_0200', mode: 'swap' };
    for (const path of ['/restores', '/drills', '/pitr-restores']) {
      expect((await backups.call('POST', path, { body })).status).toBe(404);
    }
    expect((await recoveries.call('POST', '/backups', { body: { kind: 'manual' } })).status).toBe(404);
    const advice = await backups.call('GET', '/recovery-advice?incident=data-loss');
    expect((advice.body['items'] as unknown[])[0]).toMatchObject({
      missing: ['this app does not serve POST /api/restores: the recovery app does'],
    });
  });
});
