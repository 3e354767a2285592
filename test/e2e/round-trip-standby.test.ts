import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { type BackupLogin, createBackupLogin } from '../fixtures/databases/backup-login';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { type Standby, startStandby } from '../fixtures/environment/standby';

const cleanup = new Cleanup();
let app: BackupApp;
let lastReplayed: string;

beforeAll(async () => {
  const tools = await bundledTools();
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  const primary: LocalPostgres = await cleanup.add(
    startPostgres({ major: 17, settings: { track_commit_timestamp: 'on', wal_level: 'replica', autovacuum: 'off' } }),
  );
  const login: BackupLogin = await createBackupLogin(primary, 'backup');
  await sql(
    primary,
    'postgres',
    'create table t (a int)',
    'create unlogged table forgets (a int)',
    'insert into forgets values (1)',
  );
  const standby: Standby = await cleanup.add(
    startStandby(primary, async () => {
      await sql(primary, 'postgres', 'insert into t values (1), (2)');
      const [row] = await sql(
        primary,
        'postgres',
        `select to_char(pg_xact_commit_timestamp(xmin) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from t`,
      );
      lastReplayed = String(row?.['at']);
    }),
  );
  await sql(primary, 'postgres', 'insert into t values (3)'); // never arrives on the standby
  const onStandby = login.url('postgres').replace(`:${primary.port}/`, `:${standby.port}/`);
  app = startBackupApp(store, {
    ...{ PGTOOLS_DIR: tools, TABLE_CHECKSUMS: 'true' },
    ...{ DATABASE_URL: login.url('postgres'), DATABASE_DUMP_URL: onStandby },
  });
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

it('dumps the replica at night, as of its last replayed commit, without rows that a standby cannot have', async () => {
  const { manifest, record } = await app.succeed('nightly');
  expect(manifest.snapshotAt).toBe(lastReplayed);
  expect(manifest.contents.tables.map(({ name, rows }) => [name, rows])).toEqual([['t', 2]]);
  expect(manifest.contents.notIncluded).toEqual([
    { kind: 'unlogged-table-data', name: '"public"."forgets"', reason: 'a standby does not have its rows' },
  ]);
  expect(record.result?.warnings).toEqual([]);
});

it('dumps the primary for everything else', async () => {
  const { manifest } = await app.succeed('manual');
  expect(manifest.contents.tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['forgets', 1],
    ['t', 3],
  ]);
  expect(Date.parse(manifest.snapshotAt)).toBeGreaterThan(Date.parse(lastReplayed));
});
