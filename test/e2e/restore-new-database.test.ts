import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, POSTGRES_MAJORS, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { Failure } from '../../shared/domain/failure';
import { dropDatabasesOf } from '../../shared/operations/own-databases';
import { restoreIntoNewDatabase, type RestoreOrder } from '../../shared/operations/restore-into-new-database';
import { databaseText, firstDifference } from '../fixtures/databases/database-text';
import { createNastyDatabase } from '../fixtures/databases/nasty';
import { type BackupApp, startBackupApp, type StoredBackup } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, type ToolTarget } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { directRun } from '../fixtures/restore/direct-run';

const cleanup = new Cleanup();
let tools: string;
let store: LocalBlobStore;

beforeAll(async () => {
  tools = await bundledTools();
  store = await cleanup.add(startAzurite());
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const BY_ENUM = ['app.by_enum*'];
/** A database of 14 gives it to everybody, one of 15 to nobody; pg_dump 17 writes for the latter. */
const REGRANTED_BEFORE_15 = 'GRANT CREATE ON SCHEMA public TO PUBLIC;';
const MEANS_NOTHING = {
  code: 'transaction-timeout-unknown',
  detail: 'pg_restore set transaction_timeout, which servers before 17 do not know; it means nothing',
};

describe.each(POSTGRES_MAJORS)('a backup of PostgreSQL %i', (major) => {
  const ownCleanup = new Cleanup();
  let server: LocalPostgres;
  let app: BackupApp;
  let backup: StoredBackup;
  const target = (database: string): ToolTarget => ({
    ...{ port: server.port, user: server.superuser, password: server.password, database },
  });
  const order = (database: string, more: Partial<RestoreOrder> = {}): RestoreOrder => ({
    ...{ manifest: backup.manifest, admin: connectionTo(server, 'postgres'), serverMajor: major, database },
    ...{ tables: null, toastCompression: null, reads: 'file', parallelJobs: 2, missingRoles: [] },
    ...more,
  });
  const databases = async (): Promise<unknown[]> =>
    (await sql(server, 'postgres', 'select datname from pg_database where not datistemplate order by 1')).map(
      ({ datname }) => datname,
    );

  beforeAll(async () => {
    server = await ownCleanup.add(startPostgres({ major }));
    await createNastyDatabase(server, tools, 'source');
    app = startBackupApp(store, {
      ...{ PGTOOLS_DIR: tools, TABLE_CHECKSUMS: 'true', DATABASE_URL: server.url('source') },
      AZURE_STORAGE_BACKUP_CONTAINER: `restores-${major}`,
    });
    backup = await app.succeed();
  }, FIRST_BUILD_TIMEOUT_MS);
  afterAll(() => ownCleanup.stopAll());

  it.each(['file', 'stream'] as const)('is the same in a new database, read as a %s', async (reads) => {
    const database = `from ${reads}`;
    const restored = await restoreIntoNewDatabase(app.systems, directRun(`job-${reads}`), order(database, { reads }));
    expect(restored.warnings).toEqual(major < 17 ? [MEANS_NOTHING] : []);
    expect(restored.compared).toMatchObject({
      tables: backup.manifest.contents.tables.length,
      checksums: backup.manifest.contents.tables.length,
    });
    const [source, copy] = [
      await databaseText(tools, 18, target('source'), BY_ENUM),
      await databaseText(tools, 18, target(database), BY_ENUM),
    ];
    const expected = copy.filter((line) => major !== 14 || line !== REGRANTED_BEFORE_15);
    expect(firstDifference(source, expected)).toEqual([]);
  });

  it('restores one table with its parts, and no other', async () => {
    const tables = [{ schema: 'app', name: 'people' }];
    await restoreIntoNewDatabase(app.systems, directRun('job-tables'), order('one table', { tables }));
    const inIt = await sql(
      server,
      'one table',
      `select relname from pg_class c join pg_namespace n on n.oid = relnamespace
        where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
    );
    expect(inIt).toEqual([{ relname: 'people' }]);
    const rows = 'select * from app.people order by 1';
    expect(await sql(server, 'one table', rows)).toEqual(await sql(server, 'source', rows));
  });

  it('leaves no database behind when a row is missing from it', async () => {
    const { contents } = backup.manifest;
    const tables = contents.tables.map((table) =>
      table.name === 'people' ? { ...table, rows: table.rows + 1 } : table,
    );
    const manifest = { ...backup.manifest, contents: { ...contents, tables } };
    const failed = restoreIntoNewDatabase(app.systems, directRun('job-differs'), order('differs', { manifest }));
    const failure = (await failed.catch((error: unknown) => error)) as Failure;
    expect([failure.code, failure.detail]).toEqual([
      'restore-differs',
      `table "app"."people" has ${contents.tables.find(({ name }) => name === 'people')?.rows ?? '?'} rows, the manifest says ${(contents.tables.find(({ name }) => name === 'people')?.rows ?? 0) + 1}`,
    ]);
    expect(await databases()).toContain('differs');
    await dropDatabasesOf(app.systems, connectionTo(server, 'postgres'), 'job-differs');
    expect(await databases()).not.toContain('differs');
  });
});
