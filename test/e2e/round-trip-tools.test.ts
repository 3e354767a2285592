import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { type BackupLogin, createBackupLogin } from '../fixtures/databases/backup-login';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, toolPath } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let tools: string;
let store: LocalBlobStore;
let folder: string;
let noTools: string;

beforeAll(async () => {
  tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  folder = await makeScratchFolder('tools');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  noTools = join(folder, 'none');
  await mkdir(noTools);
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const inDebian = (major: number): boolean => existsSync(`/usr/lib/postgresql/${major}/bin/pg_dump`);
const withDebian15 = inDebian(15) ? it : it.skip;
const withoutDebian18 = inDebian(18) ? it.skip : it;

describe.each([14, 15] as const)('on a machine without bundled tools, a server of %i', (major) => {
  let server: LocalPostgres;
  let login: BackupLogin;

  beforeAll(async () => {
    server = await cleanup.add(startPostgres({ major }));
    login = await createBackupLogin(server, 'backup');
    await sql(server, 'postgres', 'create database lifebook', 'create table public.t as select 1 as a');
  });
  afterAll(() => server.stop());

  withDebian15("is dumped by Debian's pg_dump 15 with gzip, and the backup says so", async () => {
    const app = startBackupApp(store, {
      PGTOOLS_DIR: noTools,
      PATH: '/nonexistent',
      DATABASE_URL: login.url('postgres'),
    });
    const { manifest, record } = await app.succeed();
    expect(manifest.tool).toMatchObject({ major: 15, compression: 'gzip:6' });
    expect(manifest.tool.pgDump).toMatch(/^15\.\d+$/);
    expect(manifest.contents.tables).toEqual([{ schema: 'public', name: 't', rows: 1, bytes: 5 }]);
    expect(record.result?.warnings).toContainEqual({
      code: 'compression-fallback',
      detail: 'this pg_dump cannot do zstd; gzip was used, which takes about ten times the processor time',
    });
  });
});

describe('a server of 18', () => {
  let server: LocalPostgres;
  let login: BackupLogin;

  beforeAll(async () => {
    server = await cleanup.add(startPostgres({ major: 18 }));
    login = await createBackupLogin(server, 'backup');
  });

  withoutDebian18('is refused where every tool is older, naming both versions', async () => {
    const only17 = join(folder, 'only-17');
    await mkdir(only17);
    await symlink(join(tools, '17'), join(only17, '17'));
    const settings = { PGTOOLS_DIR: only17, PATH: '/nonexistent', DATABASE_URL: login.url('postgres') };
    const { state, error } = await startBackupApp(store, settings).backUp();
    expect([state, error?.code]).toEqual(['failed', 'pg-tools-too-old']);
    expect(error?.detail).toMatch(/^the server is PostgreSQL 18, the newest client tools are 17\.\d+$/);
  });

  it('is dumped with tools of PATH that are new enough, and with zstd where they can', async () => {
    const path = join(toolPath(tools, 18, 'pg_dump'), '..');
    const settings = { PGTOOLS_DIR: noTools, PATH: path, DATABASE_URL: login.url('postgres') };
    const { manifest, record } = await startBackupApp(store, settings).succeed();
    expect(manifest.tool).toMatchObject({ major: 18, compression: 'zstd:1' });
    expect(record.result?.warnings).toEqual([]);
  });
});
