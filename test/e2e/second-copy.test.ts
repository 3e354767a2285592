import { afterAll, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { findJob } from '../../shared/operations/jobs/jobs';
import { runJob } from '../../shared/operations/jobs/run-job';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
afterAll(() => cleanup.stopAll());

it(
  'a backup asks for its copy when it is published, and an app that is pointed at the copy restores it',
  async () => {
    const PGTOOLS_DIR = await bundledTools();
    const first = await cleanup.add(startAzurite({ inMemory: true }));
    const second = await cleanup.add(startAzurite({ inMemory: true }));
    const server = await cleanup.add(startPostgres({ major: 17 }));
    await sql(server, 'postgres', 'create table moments as select n as id from generate_series(1, 500) n');
    const settings = { PGTOOLS_DIR, DATABASE_URL: server.url('postgres'), DATABASE_ADMIN_URL: server.url('template1') };
    const app = startBackupApp(first, { ...settings, SECOND_COPY_STORAGE: second.connectionString });
    const { manifest } = await app.succeed();
    const { backupId } = manifest;
    const copies: string[] = [];
    for await (const { kind, jobId } of app.systems.jobLedger.listOpen()) if (kind === 'copy') copies.push(jobId);
    expect(copies).toHaveLength(1);
    await runJob(app.systems, copies[0] ?? '', new AbortController().signal);
    expect(await findJob(app.systems, copies[0] ?? '')).toMatchObject({ state: 'succeeded', result: { backupId } });

    await first.stop();
    const afterwards = startBackupApp(second, settings);
    const request = { backupId, mode: 'new-database', targetDatabase: 'saved', acceptStorageGrowth: true };
    const restored = await afterwards.work('restore', request);
    expect(restored).toMatchObject({ state: 'succeeded', result: { database: 'saved' } });
    expect(await sql(server, 'saved', 'select count(*)::int as n from moments')).toEqual([{ n: 500 }]);
  },
  FIRST_BUILD_TIMEOUT_MS,
);
