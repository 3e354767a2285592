import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { JobRecord } from '../../shared/domain/jobs/job';
import type { Manifest } from '../../shared/domain/backup/manifest';
import { readBackup } from '../../shared/operations/catalog/read-backups';
import { planRestoreFor } from '../../shared/operations/restore/plan-restore';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { type BackupApp, startBackupApp, type StoredBackup } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { makeFaultyTools } from '../fixtures/faults/faulty-tools';

const cleanup = new Cleanup();
const OLD_MARK = { at: '2026-11-20T00:00:00.000Z', detail: 'an earlier read', jobId: 'earlier' };
let app: BackupApp;
let withKilledTool: BackupApp;
let backup: StoredBackup;

beforeAll(async () => {
  const tools = await bundledTools();
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  const server: LocalPostgres = await cleanup.add(startPostgres({ major: 17 }));
  await sql(server, 'postgres', 'create table moments as select n as id, md5(n::text) from generate_series(1, 5000) n');
  const settings = { PGTOOLS_DIR: tools, DATABASE_URL: server.url('postgres') };
  app = startBackupApp(store, settings);
  const plan = { tool: 'pg_restore', at: 'before', does: 'killed' } as const;
  const folder = await makeScratchFolder('faulty');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  const faulty = await makeFaultyTools(join(folder, 'tools'), tools, 17, plan);
  withKilledTool = startBackupApp(store, { ...settings, PGTOOLS_DIR: faulty });
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

beforeEach(async () => {
  backup = await app.succeed();
});

const verify = (by: BackupApp = app): Promise<JobRecord> => by.work('verify', { backupId: backup.manifest.backupId });
const state = (): Promise<unknown> => app.systems.backupStates.read(backup.manifest.backupId);
const markDamaged = (): Promise<unknown> =>
  app.systems.backupStates.change(backup.manifest.backupId, () => ({ damaged: OLD_MARK }));

const dump = (): Promise<Buffer> => app.dumps.getBlobClient(backup.manifest.dump.blob).downloadToBuffer();
const overwrite = async (blob: string, bytes: Buffer): Promise<void> => {
  const client = app.dumps.getBlockBlobClient(blob);
  const { metadata } = await client.getProperties();
  await client.upload(bytes, bytes.length, { metadata: metadata ?? {} });
};
const changed =
  (change: (manifest: Manifest) => object): (() => Buffer) =>
  () =>
    Buffer.from(JSON.stringify({ ...backup.manifest, ...change(backup.manifest) }));
const rewriteManifest = (change: (manifest: Manifest) => object): Promise<void> =>
  overwrite(
    backup.manifest.dump.blob.replace(/dump$/, 'manifest.json'),
    Buffer.from(JSON.stringify({ ...backup.manifest, ...change(backup.manifest) })),
  );

it.each([
  ['is no JSON', (): Buffer => Buffer.from('garbage{')],
  [
    'names the dump of another backup',
    changed(({ dump: stored }) => ({ dump: { ...stored, blob: 'manual/other.dump' } })),
  ],
  ['says nothing of tables', changed(({ contents }) => ({ contents: { ...contents, tables: null } }))],
])('marks a backup whose manifest %s, of which nobody can restore anything then', async (_, bytes) => {
  const { backupId } = backup.manifest;
  await overwrite(backup.manifest.dump.blob.replace(/dump$/, 'manifest.json'), bytes());
  expect((await verify()).error?.code).toBe('manifest-unreadable');
  expect(await state()).toMatchObject({ damaged: { detail: expect.stringContaining(backupId) as unknown } });
  const plan = planRestoreFor(app.systems, { backupId, mode: 'new-database' }, new AbortController().signal);
  await expect(plan).rejects.toMatchObject({ code: 'manifest-unreadable' });
  await expect(readBackup(app.systems, backupId)).rejects.toMatchObject({ code: 'manifest-unreadable' });
});

it('passes for what is stored as it was sent, and lifts an earlier mark', async () => {
  await markDamaged();
  const record = await verify();
  const { backupId, dump: stored } = backup.manifest;
  expect([record.state, record.error]).toEqual(['succeeded', undefined]);
  expect(record.result).toMatchObject({
    ...{ backupId, sizeBytes: stored.sizeBytes, sha256: stored.sha256 },
    ...{ toolMajor: 17, tables: 1, rows: 5000, warnings: [] },
  });
  expect(await state()).not.toHaveProperty('damaged');
  expect(await state()).toMatchObject({ verified: { at: record.result?.['verifiedAt'], jobId: record.jobId } });
});

it('marks a backup of which one byte was changed', async () => {
  const bytes = await dump();
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  await overwrite(backup.manifest.dump.blob, bytes);
  const record = await verify();
  expect([record.state, record.error?.code]).toEqual(['failed', 'stored-bytes-differ']);
  expect(await state()).toMatchObject({
    damaged: { jobId: record.jobId, detail: expect.stringContaining('stored-bytes-differ: manual/') },
  });
});

it('marks a backup that cannot be decoded though its hash is right', async () => {
  const half = (await dump()).subarray(0, backup.manifest.dump.sizeBytes >> 1);
  await overwrite(backup.manifest.dump.blob, half);
  const sha256 = createHash('sha256').update(half).digest('hex');
  await rewriteManifest((manifest) => ({ dump: { ...manifest.dump, sizeBytes: half.length, sha256 } }));
  expect((await verify()).error?.code).toBe('archive-undecodable');
  expect(await state()).toHaveProperty('damaged');
});

it('marks a backup whose rows are not those of its manifest', async () => {
  await rewriteManifest(({ contents }) => ({
    contents: { ...contents, tables: [{ schema: 'public', name: 'moments', rows: 5001 }] },
  }));
  const record = await verify();
  expect(record.error).toMatchObject({
    code: 'archive-incomplete',
    detail: 'table "public"."moments" has 5000 rows in the archive; the manifest says 5001 rows',
  });
  expect(await state()).toHaveProperty('damaged');
});

it('says nothing of the backup when pg_restore is killed', async () => {
  expect((await verify(withKilledTool)).error?.code).toBe('verify-killed');
  expect(await state()).not.toHaveProperty('damaged');
  await markDamaged();
  expect((await verify(withKilledTool)).error?.code).toBe('verify-killed');
  expect(await state()).toMatchObject({ damaged: OLD_MARK });
});

it('calls a dump that is gone missing, not damaged', async () => {
  await app.dumps.deleteBlob(backup.manifest.dump.blob);
  expect((await verify()).error?.code).toBe('dump-missing');
  expect(await state()).not.toHaveProperty('damaged');
});

it('does not act on a manifest of a later version', async () => {
  await rewriteManifest(() => ({ manifestVersion: 2 }));
  expect((await verify()).error?.code).toBe('manifest-too-new');
  expect(await state()).not.toHaveProperty('damaged');
});

it('does not wait for a backup of the database, nor keep one waiting', async () => {
  const lock = await app.systems.jobLocks.acquire('database-postgres', 'a-long-backup');
  expect((await verify()).state).toBe('succeeded');
  await lock?.release();
});
