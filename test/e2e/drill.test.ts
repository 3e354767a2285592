import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { writeMarker } from '../../shared/domain/restore/database-marker';
import type { DrillEvidence } from '../../shared/domain/drills/drill';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { listDrills } from '../../shared/operations/drills/read-drills';
import { reapDrillDatabases } from '../../shared/operations/drills/reap-drill-databases';
import { type BackupApp, startBackupApp, type StoredBackup } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let store: LocalBlobStore;
let settings: Readonly<Record<string, string>>;
let source: LocalPostgres;
let drills: LocalPostgres;
let photos: ContainerClient;
let state: ContainerClient;
let assertions: string;
let app: BackupApp;
let withoutServer: BackupApp;
let backup: StoredBackup;

beforeAll(async () => {
  const tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  [source, drills] = await Promise.all([
    cleanup.add(startPostgres({ major: 16 })),
    cleanup.add(startPostgres({ major: 17 })),
  ]);
  const folder = await makeScratchFolder('drill');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  assertions = join(folder, 'assertions');
  await mkdir(assertions);
  const blobs = BlobServiceClient.fromConnectionString(store.connectionString);
  photos = blobs.getContainerClient('photos');
  state = blobs.getContainerClient('lifebook-backup-state');
  await photos.create();
  await photos.getBlockBlobClient('one.jpg').upload('x', 1);
  await photos.getBlockBlobClient('two words.jpg').upload('x', 1);
  await sql(
    source,
    'postgres',
    'create role family_owner',
    'create table moments (id int primary key, story text)',
    'alter table moments owner to family_owner',
    `create table "<script>alert('x')</script>" as select 1 as n`,
    'create table assets (id int primary key, moment_id int references moments, blob_url text)',
    `insert into moments values (1, 'old'), (2, 'new'), (3, 'without photos')`,
    `insert into assets values (1, 1, '${photos.url}/gone-but-old.jpg'), (2, 2, '${photos.url}/one.jpg?sig=secret'),
                               (3, 2, '${photos.url}/two%20words.jpg')`,
  );
  settings = {
    ...{ PGTOOLS_DIR: tools, DATABASE_URL_FAMILY: source.url('postgres'), TABLE_CHECKSUMS: 'true' },
    ...{ DRILL_DATABASE_URL: drills.url('postgres'), DRILL_ASSERTIONS: assertions },
    CONTENT_STORAGE: store.connectionString,
  };
  app = startBackupApp(store, settings);
  const nowhere = 'postgresql://nobody:nothing@127.0.0.1:1/postgres';
  withoutServer = startBackupApp(store, { ...settings, DRILL_DATABASE_URL: nowhere });
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

beforeEach(async () => {
  await writeFile(join(assertions, 'every-story.sql'), 'select id from moments where story is null; -- none\n');
  backup = await app.succeed();
});

const drill = (by: BackupApp = app): Promise<JobRecord> => by.work('drill', { source: 'newest' });
const evidenceOf = async ({ jobId }: JobRecord): Promise<DrillEvidence | undefined> => app.systems.evidence.read(jobId);
const pageOf = async ({ jobId }: JobRecord): Promise<string> =>
  (await state.getBlobClient(`evidence/${jobId}.html`).downloadToBuffer()).toString();
const databases = async (): Promise<unknown[]> =>
  (await sql(drills, 'postgres', 'select datname from pg_database where not datistemplate order by 1')).map(
    ({ datname }) => datname,
  );
const isMarked = async (): Promise<boolean> =>
  (await app.systems.backupStates.read(backup.manifest.backupId)).damaged !== undefined;
const replaceDump = async (bytes: Buffer): Promise<void> => {
  const blob = app.dumps.getBlockBlobClient(backup.manifest.dump.blob);
  const { metadata } = await blob.getProperties();
  await blob.upload(bytes, bytes.length, { metadata: metadata ?? {} });
};

it('passes for a good backup, writes evidence and leaves no database', async () => {
  const record = await drill();
  expect([record.state, record.error]).toEqual(['succeeded', undefined]);
  expect(record.result).toMatchObject({
    ...{ verdict: 'passed', evidence: record.jobId, backupId: backup.manifest.backupId },
  });
  const evidence = await evidenceOf(record);
  expect(evidence).toMatchObject({
    ...{ verdict: 'passed', failure: null, database: 'family' },
    backup: { chosen: 'newest', sha256: backup.manifest.dump.sha256 },
    compared: { tables: 3, rows: 7, checksums: 3 },
    server: { host: '127.0.0.1' },
    checks: [
      { name: 'every-story.sql', state: 'passed', detail: 'returned no row' },
      {
        ...{ name: 'public.assets.blob_url', state: 'passed' },
        detail: 'loaded a row of public.moments; 2 of its assets are there',
      },
    ],
  });
  expect(evidence?.phases.map(({ phase }) => phase)).toEqual(['choose', 'restore', 'analyze', 'compare', 'checks']);
  expect(evidence?.warnings.map(({ code }) => code)).toContain('role-missing');
  const page = await pageOf(record);
  expect(page).toContain('Passed: this backup restores.');
  expect(page).not.toContain('<script');
  expect(await databases()).toEqual(['postgres']);
  const { items } = await listDrills(app.systems, { limit: 1, database: 'family' });
  expect(items[0]).toMatchObject({ id: record.jobId, verdict: 'passed' });
});

it('passes with a login that may not act for the roles of the source, which are there as well', async () => {
  await sql(
    drills,
    'postgres',
    'create role family_owner',
    `create role drill_login login createdb password 'only for drills'`,
  );
  try {
    const plainLogin = new URL(drills.url('postgres'));
    [plainLogin.username, plainLogin.password] = ['drill_login', 'only for drills'];
    const record = await drill(startBackupApp(store, { ...settings, DRILL_DATABASE_URL: plainLogin.href }));
    expect([record.state, record.error]).toEqual(['succeeded', undefined]);
    expect((await evidenceOf(record))?.warnings.map(({ code }) => code)).toContain('role-missing');
  } finally {
    await sql(drills, 'postgres', 'drop role family_owner', 'drop role drill_login');
  }
});

it('fails for a damaged dump, marks it and leaves no database', async () => {
  const bytes = await app.dumps.getBlobClient(backup.manifest.dump.blob).downloadToBuffer();
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
  await replaceDump(bytes);
  const record = await drill();
  expect([record.state, record.error?.code]).toEqual(['failed', 'stored-bytes-differ']);
  expect(await evidenceOf(record)).toMatchObject({
    ...{ verdict: 'content-failed', compared: null, failure: { code: 'stored-bytes-differ' } },
  });
  expect(await pageOf(record)).toContain('Failed: what was restored is not what it should be.');
  expect([await isMarked(), await databases()]).toEqual([true, ['postgres']]);
});

it('fails for one changed cell with as many rows', async () => {
  await sql(source, 'postgres', `update moments set story = 'odd' where id = 1`);
  const other = await app.succeed();
  const changed = await app.dumps.getBlobClient(other.manifest.dump.blob).downloadToBuffer();
  await sql(source, 'postgres', `update moments set story = 'old' where id = 1`);
  // a manifest that agrees with the bytes and not with the contents
  const name = backup.manifest.dump.blob.replace(/dump$/, 'manifest.json');
  const { sizeBytes, sha256 } = other.manifest.dump;
  const manifest = { ...backup.manifest, dump: { ...backup.manifest.dump, sizeBytes, sha256 } };
  const text = Buffer.from(JSON.stringify(manifest));
  await app.dumps.getBlockBlobClient(name).upload(text, text.length);
  await replaceDump(changed);
  const record = await app.work('drill', { source: 'newest', backupId: backup.manifest.backupId });
  expect(record.error).toMatchObject({
    code: 'restore-differs',
    detail: 'table "public"."moments" has as many rows as the manifest says, with other contents',
  });
  expect(await evidenceOf(record)).toMatchObject({ verdict: 'content-failed', backup: { chosen: 'named' } });
  expect([await isMarked(), await databases()]).toEqual([true, ['postgres']]);
});

it('fails for an assertion that returns rows, and blames not the backup', async () => {
  await writeFile(join(assertions, 'no-old.sql'), `select id, story from moments where story = 'old'`);
  const record = await drill();
  await rm(join(assertions, 'no-old.sql'));
  expect(record.error).toMatchObject({
    code: 'drill-check-failed',
    detail: 'no-old.sql: returned {"id":"1","story":"old"}',
  });
  expect(await evidenceOf(record)).toMatchObject({ verdict: 'content-failed', compared: { rows: 7 } });
  expect([await isMarked(), await databases()]).toEqual([false, ['postgres']]);
});

it('lets an assertion change nothing, and counts one that is no query as failed', async () => {
  await writeFile(join(assertions, 'wipe.sql'), 'with gone as (delete from assets returning 1) select * from gone');
  await writeFile(join(assertions, 'worse.sql'), 'select 1) as a; drop table assets; --');
  const record = await drill();
  await rm(join(assertions, 'wipe.sql'));
  await rm(join(assertions, 'worse.sql'));
  const states = (await evidenceOf(record))?.checks.map(({ name, state }) => [name, state]);
  expect(states).toEqual([
    ['every-story.sql', 'passed'],
    ['wipe.sql', 'failed'],
    ['worse.sql', 'failed'],
    ['public.assets.blob_url', 'passed'],
  ]);
});

it('fails when an asset of the newest moment is gone, without showing its signature', async () => {
  await photos.deleteBlob('one.jpg');
  const record = await drill();
  await photos.getBlockBlobClient('one.jpg').upload('x', 1);
  expect(record.error?.code).toBe('drill-check-failed');
  expect(record.error?.detail).toContain(`1 of 2 assets are not there: ${photos.url}/one.jpg`);
  expect(JSON.stringify(await evidenceOf(record))).not.toContain('sig=');
  expect(await isMarked()).toBe(false);
});

it('says that the infrastructure failed when the drill server is down', async () => {
  const record = await drill(withoutServer);
  expect([record.state, record.error?.code]).toEqual(['failed', 'database-unreachable']);
  expect(await evidenceOf(record)).toMatchObject({ verdict: 'infrastructure-failed', server: null });
  expect(await isMarked()).toBe(false);
});

it('reaps what ended drills have left, and nothing else', async () => {
  const ended = await drill();
  const comments = {
    orphan: writeMarker({ jobId: ended.jobId, state: 'restoring' }),
    others: writeMarker({ jobId: '20200101T000000Z-00000000', state: 'restoring' }),
    previous: writeMarker({ ...{ jobId: ended.jobId, state: 'previous', of: 'x', since: 'y', comment: null } }),
  };
  for (const [name, comment] of Object.entries(comments)) {
    await sql(drills, 'postgres', `create database ${name}`, `comment on database ${name} is '${comment}'`);
  }
  expect(await reapDrillDatabases(app.systems)).toEqual(['orphan']);
  expect(await databases()).toEqual(['others', 'postgres', 'previous']);
});
