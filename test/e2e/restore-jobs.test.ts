import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { type BackupApp, startBackupApp, type StoredBackup } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { describeDatabase } from '../fixtures/restore/describe-database';

const cleanup = new Cleanup();
let server: LocalPostgres;
let app: BackupApp;
let backup: StoredBackup;

beforeAll(async () => {
  const tools = await bundledTools();
  const store = await cleanup.add(startAzurite());
  server = await cleanup.add(startPostgres({ major: 16 }));
  await sql(server, 'postgres', 'create database family');
  await sql(server, 'family', 'create table moments (n int primary key)', 'insert into moments values (1)');
  app = startBackupApp(store, {
    ...{ PGTOOLS_DIR: tools, DATABASE_URL: server.url('family'), DATABASE_ADMIN_URL: server.url('postgres') },
    // none that was taken before counts
    SAFETY_DUMP_MAX_AGE_MINUTES: '0',
  });
  backup = await app.succeed();
  await sql(server, 'family', 'insert into moments values (2)');
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const rows = async (database: string): Promise<unknown> =>
  (await sql(server, database, 'select n from moments order by 1')).map(({ n }) => n);

it('restores beside, swaps in when the name was typed, and is undone', async () => {
  const { backupId } = backup.manifest;
  const request = { backupId, acceptStorageGrowth: true };
  const beside = await app.work('restore', { ...request, mode: 'new-database', targetDatabase: 'beside' });
  expect(beside).toMatchObject({ state: 'succeeded', result: { database: 'beside' } });
  expect(await rows('beside')).toEqual([1]);
  expect((await describeDatabase(server, 'beside')).comment).toBeNull();

  const { oid } = await describeDatabase(server, 'family');
  expect(await app.work('restore', { ...request, mode: 'swap' })).toMatchObject({
    ...{ state: 'failed', error: { code: 'confirmation-missing' } },
  });
  const swapped = await app.work('restore', { ...request, mode: 'swap', confirm: 'family' });
  expect(swapped).toMatchObject({ state: 'succeeded', result: { database: 'family' } });
  expect(await rows('family')).toEqual([1]);
  expect(await rows(String(swapped.result?.['previousDatabase']))).toEqual([1, 2]);

  const undo = { restoreJobId: swapped.jobId };
  expect(await app.work('undo', undo)).toMatchObject({ state: 'failed', error: { code: 'confirmation-missing' } });
  expect(await app.work('undo', { ...undo, restoreJobId: beside.jobId, confirm: 'family' })).toMatchObject({
    ...{ state: 'failed', error: { code: 'job-not-undoable' } },
  });
  const undone = await app.work('undo', { ...undo, confirm: 'family' });
  expect(undone).toMatchObject({ state: 'succeeded', result: { database: 'family' } });
  expect(await rows('family')).toEqual([1, 2]);
  expect((await describeDatabase(server, 'family')).oid).toBe(oid);
}, 120_000);

it('takes a safety dump before it replaces contents', async () => {
  const { backupId } = backup.manifest;
  const request = { backupId, mode: 'clean', confirm: 'family', acceptStorageGrowth: true };
  const cleaned = await app.work('restore', request);
  expect(cleaned).toMatchObject({ state: 'succeeded', result: { database: 'family' } });
  expect(await rows('family')).toEqual([1]);
  const restored = { mode: 'new-database', targetDatabase: 'from_safety', acceptStorageGrowth: true };
  await app.work('restore', { ...restored, backupId: String(cleaned.result?.['safetyBackupId']) });
  expect(await rows('from_safety')).toEqual([1, 2]);
}, 120_000);
