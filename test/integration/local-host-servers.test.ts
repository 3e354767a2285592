import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { Client } from 'pg';
import { compareDatabases } from '../../infra/local/demo/compare-databases';
import { startAzurite } from '../../infra/local/environment/azurite';
import { POSTGRES_MAJORS, startPostgres, type LocalPostgres } from '../../infra/local/environment/embedded-postgres';
import { createBackupLogin, seedLifeBook } from '../../infra/local/seed/seed-lifebook';

const ROOT = join(__dirname, '..', '..');

async function query<R extends object>(url: string, text: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false; // ps knows no such process
  }
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited in vain');
}

describe('an embedded PostgreSQL', () => {
  it.each(POSTGRES_MAJORS)('%i starts, asks for its password, and leaves nothing', async (major) => {
    const server = await startPostgres({ major });
    const [row] = await query<Record<string, string>>(
      server.url(),
      `select current_setting('server_version_num') as version, datcollate, pg_encoding_to_char(encoding) as encoding
         from pg_database where datname = current_database()`,
    );
    expect(row).toMatchObject({ datcollate: 'C.UTF-8', encoding: 'UTF8' });
    expect(Math.floor(Number(row?.['version']) / 10_000)).toBe(major);
    await expect(query(server.url('postgres', 'postgres', 'wrong'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
    await server.stop();
    await server.stop();
    expect(existsSync(server.dataDir)).toBe(false);
    expect(isRunning(server.pid)).toBe(false);
  });

  it('runs beside others, takes settings, and survives strange passwords', async () => {
    const servers = await Promise.all([
      startPostgres({ major: 17, password: "p@ss/w:rd%'#?", settings: { application_name: "it's" } }),
      startPostgres({ major: 17 }),
    ]);
    const [first, second] = servers;
    expect(await query(first.url(), 'show application_name')).toEqual([{ application_name: "it's" }]);
    expect(second.port).not.toBe(first.port);
    await expect(startPostgres({ major: 17, port: first.port })).rejects.toThrow('could not bind');
    await expect(startPostgres({ major: 17, settings: { nonsense: '1' } })).rejects.toThrow('nonsense');
    second.kill();
    await waitUntil(() => !isRunning(second.pid));
    await Promise.all(servers.map((server) => server.stop()));
    expect(servers.map(({ dataDir }) => existsSync(dataDir))).toEqual([false, false]);
  });

  it('ends, and its folder with it, when whoever started it is killed', async () => {
    const script = `
      require('tsx/cjs');
      const { startPostgres } = require('./infra/local/environment/embedded-postgres.ts');
      startPostgres({ major: 17 }).then(({ pid, dataDir }) => {
        process.stdout.write(JSON.stringify({ pid, dataDir }));
        setInterval(() => undefined, 1000);
      });`;
    const starter = spawn(process.execPath, ['-e', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = (await once(starter.stdout, 'data')) as [Buffer];
    const { pid, dataDir } = JSON.parse(text.toString()) as { pid: number; dataDir: string };
    expect(isRunning(pid)).toBe(true);
    starter.kill('SIGKILL');
    await waitUntil(() => !isRunning(pid) && !existsSync(dataDir));
  });
});

describe('Azurite', () => {
  it.each([
    [false, 'keeps', true],
    [true, 'loses', false],
  ])('with inMemory %s %s its data over a restart, and leaves nothing', async (inMemory, _verb, keeps) => {
    const store = await startAzurite({ inMemory });
    const container = BlobServiceClient.fromConnectionString(store.connectionString).getContainerClient('kept');
    await container.create();
    await QueueServiceClient.fromConnectionString(store.connectionString).getQueueClient('tickets').create();
    expect(execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(store.pid)], { encoding: 'utf8' })).not.toContain(
      store.key,
    );
    const before = store.pid;
    await store.restart();
    expect(store.pid).not.toBe(before);
    expect(await container.exists()).toBe(keeps);
    await store.stop();
    expect(isRunning(store.pid)).toBe(false);
    expect(existsSync(store.logFile)).toBe(false);
  });
});

describe('the seeded family data', () => {
  let server: LocalPostgres;

  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
    for (const name of ['one', 'two']) {
      await query(server.url(), `create database ${name}`);
      await seedLifeBook({ url: server.url(name), sizeBytes: 2e6 });
    }
  });
  afterAll(async () => {
    await server.stop();
  });
  const noAbort = new AbortController().signal;

  it('is the same each time, and a single changed row, sequence or large object shows', async () => {
    const different = async (): Promise<string[]> =>
      (await compareDatabases(server.url('one'), server.url('two'), noAbort))
        .filter(({ isEqual }) => !isEqual)
        .map(({ what }) => what);
    expect(await different()).toEqual([]);
    await query(server.url('two'), `update stories set body = body || '.' where moment_id = 7`);
    await query(server.url('two'), `select setval('reaction_number', 1)`);
    await query(server.url('two'), `select lo_put(picture, 5, '\\x00') from covers where family_id = 1`);
    await query(server.url('two'), 'refresh materialized view moments_by_year');
    await query(server.url('two'), 'create table more ()');
    expect(await different()).toEqual(['large objects', 'public.more', 'public.stories', 'sequences']);
  });

  it('violates none of its foreign keys, although the seed does not have them checked', async () => {
    const keys = await query<{ name: string; table: string; definition: string }>(
      server.url('one'),
      `select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'f'`,
    );
    expect(keys.length).toBeGreaterThan(10);
    for (const { name, table, definition } of keys) {
      await query(
        server.url('one'),
        `alter table ${table} drop constraint ${name}, add constraint ${name} ${definition}`,
      );
    }
  });

  it('can be read in full by the login that only reads', async () => {
    const { user, password } = await createBackupLogin(server.url('one'));
    const url = server.url('one', user, password);
    expect(await query(url, 'select count(*)::int > 0 as some from moments')).toEqual([{ some: true }]);
    expect(await query(url, 'select length(lo_get(picture)) > 0 as some from covers limit 1')).toEqual([
      { some: true },
    ]);
    await expect(query(url, 'delete from links')).rejects.toThrow('permission denied');
  });

  it('stops when told so', async () => {
    await query(server.url(), 'create database three');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(seedLifeBook({ url: server.url('three'), sizeBytes: 2e9, signal })).rejects.toThrow('enough');
  });
});
