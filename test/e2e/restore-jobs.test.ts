import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { JobKind, JobRecord } from '../../shared/domain/jobs/job';
import { adviseRecovery } from '../../shared/operations/advice/advise-recovery';
import { checkWipe } from '../../shared/operations/restore/check-wipe';
import { findJob } from '../../shared/operations/jobs/jobs';
import { planRestoreFor } from '../../shared/operations/restore/plan-restore';
import { readTimeline } from '../../shared/operations/advice/read-timeline';
import { planUndoFor } from '../../shared/operations/restore/plan-undo';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let server: LocalPostgres;
let app: BackupApp;
let backupId: string;

beforeAll(async () => {
  const tools = await bundledTools();
  const store = await cleanup.add(startAzurite());
  server = await cleanup.add(startPostgres({ major: 17 }));
  await sql(server, 'postgres', 'create database app');
  await sql(server, 'app', 'create table people (name text)', "insert into people values ('Anna')");
  app = startBackupApp(store, {
    ...{ PGTOOLS_DIR: tools, DATABASE_URL: server.url('app'), DATABASE_ADMIN_URL: server.url('postgres') },
    AZURE_STORAGE_BACKUP_CONTAINER: 'restore-jobs',
    RESTORE_LOCK_WAIT_SECONDS: '1',
  });
  backupId = (await app.succeed()).manifest.backupId;
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

async function run(kind: JobKind, request: Readonly<Record<string, unknown>>): Promise<JobRecord> {
  const { record } = await requestJob(app.systems, { kind, database: 'app', request, requestedBy: 'test' });
  await runJob(app.systems, record.jobId, new AbortController().signal);
  return findJob(app.systems, record.jobId);
}
const people = async (): Promise<unknown[]> => sql(server, 'app', 'select name from people order by 1');
const databases = async (): Promise<string[]> =>
  (await sql(server, 'postgres', "select datname from pg_database where datname like 'app%' order by 1")).map((row) =>
    String(row['datname']),
  );

describe('a restore job', () => {
  it('touches nothing without the name of the database that it would replace', async () => {
    const refused = await run('restore', { backupId, mode: 'swap', confirm: 'wrong' });
    expect(refused.error).toMatchObject({ code: 'confirmation-missing', hint: 'send "confirm": "app"' });
    expect(await databases()).toEqual(['app']);
  });

  it('swaps the backup in, tells how long the next one takes, and is undone', async () => {
    await sql(server, 'app', "insert into people values ('Berta')");
    const swap = await run('restore', { backupId, mode: 'swap', confirm: 'app' });
    expect([swap.state, swap.error]).toEqual(['succeeded', undefined]);
    expect(await people()).toEqual([{ name: 'Anna' }]);
    const previous = String(swap.result?.['previousDatabase']);
    expect(await databases()).toEqual(['app', previous]);

    const { items } = await readTimeline(app.systems, 'app');
    expect(items[0]).toMatchObject({ kind: 'previous-database', name: previous, jobId: swap.jobId });
    const report = { incident: 'other', database: 'app' } as const;
    const [best] = await adviseRecovery(app.systems, report, new Set(['POST restores']));
    expect(best).toMatchObject({
      ...{ way: 'swap-dump', missing: [], expectedSeconds: expect.any(Number) as unknown },
      call: { method: 'POST', path: '/api/restores', body: { mode: 'swap', confirm: 'app' } },
    });

    const again = { backupId, mode: 'new-database' } as const;
    const { plan: next } = await planRestoreFor(app.systems, again, new AbortController().signal);
    expect(next.expectedSeconds).toBeGreaterThan(0);

    const asked = { restoreJobId: swap.jobId };
    const { plan } = await planUndoFor(app.systems, asked, new AbortController().signal);
    expect(plan.previousDatabase).toBe(previous);
    expect(plan.refusals.map(({ code }) => code)).toEqual(['confirmation-missing']);
    const undone = await run('undo', { ...asked, confirm: 'app' });
    expect([undone.state, undone.error]).toEqual(['succeeded', undefined]);
    expect(await people()).toEqual([{ name: 'Anna' }, { name: 'Berta' }]);

    const twice = await run('undo', { ...asked, confirm: 'app' });
    expect(twice.error?.code).toBe('undo-too-late');
  });
});

describe('a clean restore', () => {
  it('waits for a session that holds a table for as long as it is told to, and changes nothing', async () => {
    const holder = new Client({ connectionString: server.url('app') });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('lock table people in access share mode');
      const before = await people();
      const held = await run('restore', { backupId, mode: 'clean', confirm: 'app' });
      expect([held.state, held.error?.code]).toEqual(['failed', 'lock-wait-timeout']);
      expect(held.error?.hint).toContain('mode "swap"');
      expect(await people()).toEqual(before);
    } finally {
      await holder.end();
    }
    const free = await run('restore', { backupId, mode: 'clean', confirm: 'app' });
    expect([free.state, free.error]).toEqual(['succeeded', undefined]);
    expect(await people()).toEqual([{ name: 'Anna' }]);
  });
});

describe('a wipe check', () => {
  const question = { databaseHost: '127.0.0.1', database: 'app', operation: 'wipe-test-data' };

  it('passes with a fresh verified backup and the name typed', async () => {
    const host = app.systems.databases.find('app').connection.host;
    const allowed = await checkWipe(app.systems, { ...question, databaseHost: host, confirm: 'app' });
    expect(allowed).toMatchObject({ allowed: true, backupId });
  });

  it('fails without either', async () => {
    await expect(checkWipe(app.systems, question)).rejects.toThrow('confirmation-missing');
    const elsewhere = { ...question, databaseHost: 'other.example', confirm: 'app' };
    await expect(checkWipe(app.systems, elsewhere)).rejects.toThrow('backup-too-old');
  });
});
