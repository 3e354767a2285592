import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, POSTGRES_MAJORS, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { readMarker } from '../../shared/domain/restore/database-marker';
import { Failure } from '../../shared/domain/failure';
import { abandonRestore, carryOutRestore } from '../../shared/operations/restore/carry-out-restore';
import { carryOutUndo } from '../../shared/operations/restore/carry-out-undo';
import { dropDatabasesOf } from '../../shared/operations/restore/own-databases';
import { restoreIntoNewDatabase, type RestoreOrder } from '../../shared/operations/restore/restore-into-new-database';
import { notedSwitch } from '../../shared/operations/restore/switch-databases';
import { createLogin } from '../fixtures/databases/backup-login';
import { databaseText, firstDifference } from '../fixtures/databases/database-text';
import { createNastyDatabase } from '../fixtures/databases/nasty';
import { type BackupApp, startBackupApp, type StoredBackup } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, type ToolTarget } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { describeDatabase } from '../fixtures/restore/describe-database';
import { directRun } from '../fixtures/restore/direct-run';
import { planOf } from '../fixtures/restore/plan-of';

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
  /** The source as it was when it was backed up. */
  let text: string[];
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
    await sql(
      server,
      'source',
      `comment on database source is 'it''s the source'`,
      `alter database source owner to nasty_owner`,
      `alter database source connection limit 42`,
      `alter database source set search_path = app, "Schema with ""quotes"", spaces and ünïcode"`,
      `alter database source set work_mem = '7168kB'`,
      `alter role nasty_reader in database source set "app.note" = 'it''s \\ here'`,
      `grant connect on database source to nasty_reader with grant option`,
      `revoke temporary on database source from public`,
      `set role nasty_reader`,
      `grant connect on database source to "nasty ""quoted"" rôle"`,
    );
    app = startBackupApp(store, {
      ...{ PGTOOLS_DIR: tools, TABLE_CHECKSUMS: 'true', DATABASE_URL: server.url('source') },
      AZURE_STORAGE_BACKUP_CONTAINER: `restores-${major}`,
    });
    backup = await app.succeed();
    text = await databaseText(tools, 18, target('source'), BY_ENUM);
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
    const copy = await databaseText(tools, 18, target(database), BY_ENUM);
    const expected = copy.filter((line) => major !== 14 || line !== REGRANTED_BEFORE_15);
    expect(firstDifference(text, expected)).toEqual([]);
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

  it('takes the place of the live database, which stays beside it, and gives it back', async () => {
    const admin = connectionTo(server, 'postgres');
    const before = await describeDatabase(server, 'source');
    const client = new Client({ connectionString: server.url('source') });
    client.on('error', () => undefined);
    await client.connect();
    await sql(server, 'source', 'create table app.written_late (n int)');

    const plan = planOf(backup.manifest, {
      ...{ mode: 'swap', database: 'source', workDatabase: 'source_next', previousDatabase: 'source_before' },
    });
    const run = directRun('job-swap');
    const swapped = await carryOutRestore(app.systems, run, { plan, manifest: backup.manifest, admin });
    expect(swapped).toMatchObject({ database: 'source', previousDatabase: 'source_before' });
    const after = await describeDatabase(server, 'source');
    expect({ ...after, oid: before.oid }).toEqual(before);
    expect(after.oid).not.toBe(before.oid);
    const restored = await databaseText(tools, 18, target('source'), BY_ENUM);
    expect(
      firstDifference(
        text,
        restored.filter((line) => major !== 14 || line !== REGRANTED_BEFORE_15),
      ),
    ).toEqual([]);
    const late = `select to_regclass('app.written_late') is not null as late`;
    expect(await sql(server, 'source', late)).toEqual([{ late: false }]);
    expect(await sql(server, 'source_before', late)).toEqual([{ late: true }]);
    expect(readMarker((await describeDatabase(server, 'source_before')).comment)).toEqual({
      ...{ jobId: 'job-swap', state: 'previous', of: 'source', comment: "it's the source" },
      since: swapped['switchedAt'],
    });

    const noted = notedSwitch(run.record);
    if (noted === undefined) throw new Error('the switch was not noted');
    const undone = await carryOutUndo(app.systems, directRun('job-undo'), admin, noted);
    expect(undone['undoneDatabase']).toMatch(/^source_undone_\d{8}_\d{6}$/);
    expect(await describeDatabase(server, 'source')).toEqual(before);
    await sql(server, 'source', 'drop table app.written_late');
    expect(firstDifference(text, await databaseText(tools, 18, target('source'), BY_ENUM))).toEqual([]);
    await sql(server, 'postgres', `drop database "${String(undone['undoneDatabase'])}"`);
  });

  it('leaves no database behind when it is abandoned before the switch, and has succeeded when after it', async () => {
    const admin = connectionTo(server, 'postgres');
    const names = { database: 'abandoned', workDatabase: 'abandoned_next', previousDatabase: 'abandoned_before' };
    await sql(server, 'postgres', 'create database abandoned template template0');
    const plan = planOf(backup.manifest, { mode: 'swap', ...names });
    const planned = { plan, manifest: backup.manifest, admin };
    const stop = new AbortController();
    const run = directRun('job-abandoned', stop.signal);
    const phase: typeof run.phase = (name, work) => {
      if (name === 'switch') stop.abort(new Failure('canceled', 'by the test'));
      stop.signal.throwIfAborted();
      return run.phase(name, work);
    };
    await expect(carryOutRestore(app.systems, { ...run, phase }, planned)).rejects.toThrow('canceled: by the test');
    expect(await databases()).toContain('abandoned_next');
    expect(await abandonRestore(app.systems, run.record, planned)).toBeUndefined();
    expect(await databases()).not.toContain('abandoned_next');

    const second = directRun('job-too-late');
    await carryOutRestore(app.systems, second, planned);
    expect(await abandonRestore(app.systems, second.record, planned)).toMatchObject({
      ...{ database: 'abandoned', previousDatabase: 'abandoned_before' },
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'stopped-too-late' })]) as unknown,
    });
    expect(await databases()).toEqual(expect.arrayContaining(['abandoned', 'abandoned_before']));
  });

  it.each(['file', 'stream'] as const)('takes the place of the contents of a database, read as a %s', async (reads) => {
    await sql(
      server,
      'source',
      'drop table if exists app.numbers cascade',
      'truncate app.texts cascade',
      'create schema kept',
      'create table kept.stays (n int)',
      'insert into kept.stays values (1)',
    );
    const plan = planOf(backup.manifest, {
      mode: 'clean',
      database: 'source',
      reads,
      safetyDump: { backupId: 'fresh' },
    });
    const planned = { plan, manifest: backup.manifest, admin: connectionTo(server, 'postgres') };
    const result = await carryOutRestore(app.systems, directRun(`job-clean-${reads}`), planned);
    expect(result).toMatchObject({ database: 'source', safetyBackupId: 'fresh', warnings: [] });
    expect(await sql(server, 'source', 'select n from kept.stays')).toEqual([{ n: 1 }]);
    await sql(server, 'source', 'drop schema kept cascade');
    const cleaned = await databaseText(tools, 18, target('source'), BY_ENUM);
    expect(
      firstDifference(
        text,
        cleaned.filter((line) => major !== 14 || line !== REGRANTED_BEFORE_15),
      ),
    ).toEqual([]);
  });

  it('changes nothing when the stored bytes are not those of the manifest', async () => {
    const dump = { ...backup.manifest.dump, sha256: 'f'.repeat(64) };
    const manifest = { ...backup.manifest, dump };
    const plan = planOf(manifest, { mode: 'clean', database: 'source', reads: 'stream' });
    const before = await databaseText(tools, 18, target('source'), BY_ENUM);
    const run = directRun('job-clean-damaged');
    const planned = { plan, manifest, admin: connectionTo(server, 'postgres') };
    await expect(carryOutRestore(app.systems, run, planned)).rejects.toThrow(/^stored-bytes-differ: /);
    expect(firstDifference(before, await databaseText(tools, 18, target('source'), BY_ENUM))).toEqual([]);
  });

  it('leaves everything as it was when a session may not be ended', async () => {
    const login = await createLogin(server, 'admin_of_databases');
    await sql(
      server,
      'postgres',
      `alter role ${login.name} createdb`,
      `grant nasty_owner to ${login.name}`,
      `create database blocking template template0`,
      `create database next template template0 owner ${login.name}`,
      `alter database blocking owner to nasty_owner`,
    );
    const [live, next] = [await describeDatabase(server, 'blocking'), await describeDatabase(server, 'next')];
    const client = new Client({ connectionString: server.url('blocking'), application_name: 'a superuser' });
    await client.connect();
    try {
      const failed = app.systems.pgAdmin.switchNames(
        connectionTo(server, 'postgres', login),
        {
          ...{ live: { name: 'blocking', oid: live.oid }, next: { name: 'next', oid: next.oid } },
          ...{ liveBecomes: 'blocking_before', comments: { ofLive: 'x', ofNext: null }, patienceMs: 5000 },
        },
        new AbortController().signal,
      );
      await expect(failed).rejects.toThrow(
        /^swap-blocked: "blocking" is in use; in the way: postgres \(pid \d+, a superuser\)$/,
      );
    } finally {
      await client.end();
    }
    expect(await describeDatabase(server, 'blocking')).toEqual(live);
    expect(await describeDatabase(server, 'next')).toEqual(next);
  });
});
