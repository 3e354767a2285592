import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { JobRecord } from '../../shared/domain/jobs/job';
import type { Manifest } from '../../shared/domain/backup/manifest';
import { listBackups } from '../../shared/operations/catalog/read-backups';
import { restoreIntoNewDatabase } from '../../shared/operations/restore/restore-into-new-database';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, toolPath } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { dump } from '../fixtures/pg-server/archive';
import { connectionTo } from '../fixtures/pg-server/connections';
import { directRun } from '../fixtures/restore/direct-run';

const cleanup = new Cleanup();
let tools: string;
let server: LocalPostgres;
let app: BackupApp;

beforeAll(async () => {
  tools = await bundledTools();
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 15 }));
  await sql(server, 'postgres', 'create database "Family Book"');
  await sql(
    server,
    'Family Book',
    'create extension pg_trgm',
    'create table moments (id serial primary key, story text)',
    'insert into moments (story) select md5(n::text) from generate_series(1, 3000) n',
    'create table empty (id int)',
    `select lo_from_bytea(0, 'a song')`,
  );
  app = startBackupApp(store, { PGTOOLS_DIR: tools, DATABASE_URL_FAMILY: server.url('Family Book') });
  // opens the container
  await listBackups(app.systems, { limit: 1 });
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const adopt = (blob: string): Promise<JobRecord> => app.work('adopt', { blob });
const store = async (blob: string, bytes: Buffer): Promise<void> => {
  await app.dumps.getBlockBlobClient(blob).upload(bytes, bytes.length);
};
const dumpBy = async (pgDump: string, ...options: string[]): Promise<Buffer> => {
  const run = await dump(pgDump, connectionTo(server, 'Family Book'), undefined, ...options);
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  return run.stdout;
};
const manifestOf = async (record: JobRecord): Promise<Manifest> => {
  const blob = app.dumps.getBlobClient(`manual/${String(record.result?.['backupId'])}.manifest.json`);
  return JSON.parse((await blob.downloadToBuffer()).toString()) as Manifest;
};

describe.each([
  ['pg_dump 15 of PATH', (): string => 'pg_dump', [], 15, 'gzip'],
  ['pg_dump 17 with gzip', (): string => toolPath(tools, 17, 'pg_dump'), ['--compress=gzip:6'], 17, 'gzip'],
  ['pg_dump 17 with zstd', (): string => toolPath(tools, 17, 'pg_dump'), ['--compress=zstd:3'], 17, 'zstd'],
  ['pg_dump 18 with gzip', (): string => toolPath(tools, 18, 'pg_dump'), ['--compress=gzip:1'], 18, 'gzip'],
  ['pg_dump 18 with zstd', (): string => toolPath(tools, 18, 'pg_dump'), ['--compress=zstd:1'], 18, 'zstd'],
] as const)('a dump of %s', (what, pgDump, options, major, compression) => {
  const blob = `scripts/${what.replaceAll(' ', '-')}.dump`;

  it('becomes a backup that says what it knows, and restores', async () => {
    const startedAt = Date.now();
    await store(blob, await dumpBy(pgDump(), ...options));
    const record = await adopt(blob);
    expect([record.state, record.error]).toEqual(['succeeded', undefined]);
    const manifest = await manifestOf(record);
    expect(manifest).toMatchObject({
      ...{ kind: 'manual', name: 'family', database: 'Family Book', source: 'adopted' },
      server: { host: null, major: 15 },
      tool: { major, compression },
      dump: { blob },
      contents: {
        tables: [
          { schema: 'public', name: 'empty', rows: 0 },
          { schema: 'public', name: 'moments', rows: 3000 },
        ],
        ...{ largeObjects: 1, sequences: 1, extensions: [{ name: 'pg_trgm', version: 'unknown' }] },
      },
      databaseProperties: { owner: null, encoding: 'UTF8' },
      ...{ schemaRevision: null, release: null, runningRelease: null },
    });
    // this machine's zone is UTC; the head has whole seconds
    const snapshotAt = Date.parse(manifest.snapshotAt);
    expect(snapshotAt).toBeGreaterThanOrEqual(Math.floor(startedAt / 1000) * 1000);
    expect(snapshotAt).toBeLessThan(Date.parse(manifest.finishedAt));

    const restored = await restoreIntoNewDatabase(app.systems, directRun(`adopted-${what}`), {
      ...{ manifest, admin: connectionTo(server, 'postgres'), serverMajor: 15, database: `from ${what}` },
      ...{ tables: null, toastCompression: null, reads: 'stream', parallelJobs: 1, missingRoles: [] },
    });
    expect(restored.compared).toMatchObject({ tables: 2, rows: 3000 });
  });

  it('is listed as a verified backup, and no longer as foreign', async () => {
    const { items } = await listBackups(app.systems, { limit: 100 });
    const states = items.filter((entry) => entry.blob === blob).map(({ state, source }) => [state, source]);
    expect(states).toEqual([['verified', 'adopted']]);
  });

  it('is adopted once', async () => {
    const { error } = await adopt(blob);
    expect([error?.code, error?.detail.split(': ')[1]]).toEqual(['not-adoptable', `${blob} is a backup already`]);
  });
});

describe('what is no custom-format archive is refused by its name:', () => {
  const file = (...options: string[]): Promise<Buffer> => dumpBy(toolPath(tools, 17, 'pg_dump'), ...options);

  it.each([
    ['an SQL script', () => file('--format=plain'), 'an SQL script of pg_dump (--format=plain)'],
    ['a gzipped SQL script', async () => gzipSync(await file('--format=plain')), 'a gzip file'],
    ['a tar archive', () => file('--format=tar'), 'a tar archive of pg_dump (--format=tar)'],
    ['an empty blob', () => Promise.resolve(Buffer.alloc(0)), 'empty'],
  ] as [string, () => Promise<Buffer>, string][])('%s', async (what, make, named) => {
    const blob = `scripts/${what.replaceAll(' ', '-')}`;
    await store(blob, await make());
    const record = await adopt(blob);
    expect([record.state, record.error?.code, record.error?.detail]).toEqual([
      'failed',
      'not-adoptable',
      `blob: ${blob} is ${named}, no custom-format archive`,
    ]);
  });
});

it('refuses a dump that was cut, and leaves it foreign', async () => {
  const whole = await dumpBy(toolPath(tools, 17, 'pg_dump'));
  await store('scripts/cut.dump', whole.subarray(0, whole.length - 2000));
  expect((await adopt('scripts/cut.dump')).error).toMatchObject({
    code: 'archive-undecodable',
    hint: 'the dump is damaged or cut: look for another copy of it',
  });
  const { items } = await listBackups(app.systems, { limit: 100 });
  expect(items.find((entry) => entry.blob === 'scripts/cut.dump')?.state).toBe('foreign');
});

it("refuses the app's own dumps, and blobs that are not there", async () => {
  const { manifest } = await app.succeed();
  expect((await adopt(manifest.dump.blob)).error?.code).toBe('not-adoptable');
  expect((await adopt('scripts/nothing.dump')).error?.code).toBe('not-found');
});
