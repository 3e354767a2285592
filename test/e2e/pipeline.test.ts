import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { findFreePort } from '../../infra/local/environment/free-port';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { type BuiltClient, buildTestClient, type ClientEnd } from '../fixtures/environment/client';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let server: LocalPostgres;
let app: HostedApp;
let client: BuiltClient;
let release: Record<string, string>;
let reader: Record<string, string>;
let admin: Record<string, string>;

beforeAll(async () => {
  const tools = await bundledTools();
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 100) as id');
  app = await cleanup.add(
    startHostedApp(store, {
      ...{ PGTOOLS_DIR: tools, DATABASE_URL_FAMILY: login.url('postgres') },
      ...{ DATABASE_ADMIN_URL_FAMILY: server.url('postgres'), PRODUCTION_HOST_PATTERN: '127.0.0.1' },
      JOBS_PER_CALLER: '2',
    }),
  );
  client = await cleanup.add(buildTestClient());
  const folder = await makeScratchFolder('pipeline');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${await app.token('Release')}\n`, { mode: 0o600 });
  release = { LIFEBOOK_BACKUP_URL: app.host.url, LIFEBOOK_BACKUP_TOKEN_FILE: tokenFile };
  reader = { LIFEBOOK_BACKUP_URL: app.host.url, LIFEBOOK_BACKUP_TOKEN: await app.token('Read') };
  admin = { LIFEBOOK_BACKUP_URL: app.host.url, LIFEBOOK_BACKUP_TOKEN: await app.token('Admin') };
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const run = (line: string, environment = release): Promise<ClientEnd> => client.run(line.split(' '), environment);
const jsonOf = ({ stdout }: ClientEnd): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

describe('a pipeline with the client', () => {
  it('takes a backup, waits until it is verified, releases and says so', async () => {
    const backup = await run('backup pre-release --release-version 1.42.0 --release-commit abc1234 --wait --timeout 5');
    expect([backup.code, backup.stdout]).toEqual([
      0,
      expect.stringMatching(/^backup succeeded after .*\n +backup id +family_backup_/),
    ]);
    // progress is no part of the result
    expect(backup.stderr).toContain('backup is job ');

    const listed = jsonOf(await run('list --kind pre-release --state verified --json'));
    expect(listed['items']).toMatchObject([{ kind: 'pre-release', state: 'verified', release: '1.42.0' }]);

    const verified = await run('release verified 1.42.0');
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('1.42.0')]);
    const plan = await run('rollback-plan 1.42.0');
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('1.42.0')]);
  });

  it('goes in steps as well: the job of one step is waited for by the next', async () => {
    const asked = jsonOf(await run('backup pre-release --release-version 1.43.0 --idempotency-key run-77 --json'));
    const again = jsonOf(await run('backup pre-release --release-version 1.43.0 --idempotency-key run-77 --json'));
    expect(again['jobId']).toBe(asked['jobId']);
    const ended = await run(`wait ${String(asked['jobId'])} --json`);
    expect([ended.code, jsonOf(ended)['state']]).toEqual([0, 'succeeded']);
  });
});

describe('each step of that life, when it is refused, says what to do', () => {
  it('backup: not for whoever may only read', async () => {
    const end = await run('backup pre-release --release-version 1.50.0', reader);
    expect([end.code, end.stdout, end.stderr]).toEqual([
      ...[3, '', expect.stringMatching(/forbidden: .*Release.*\nHINT: ask an administrator for the role/)],
    ]);
  });

  it('backup: not with the key of another run', async () => {
    const first = await run('backup pre-release --release-version 1.50.0 --idempotency-key run-80 --wait');
    expect(first.code).toBe(0);
    const end = await run('backup pre-release --release-version 1.51.0 --idempotency-key run-80');
    expect([end.code, end.stdout, end.stderr]).toEqual([
      ...[3, '', expect.stringMatching(/idempotency-key-reused: .*\nHINT: use a new Idempotency-Key/)],
    ]);
  });

  it('wait: the job that failed says again what mends it', async () => {
    await sql(server, 'postgres', 'create table diaries (id int)', 'revoke pg_read_all_data from backup');
    const asked = jsonOf(await run('backup pre-release --release-version 1.52.0 --json'));
    const end = await run(`wait ${String(asked['jobId'])}`);
    await sql(server, 'postgres', 'grant pg_read_all_data to backup');
    expect([end.code, end.stdout]).toEqual([
      1,
      expect.stringMatching(/^backup failed .*\ndump-would-be-incomplete: [^]*\nHINT: .*GRANT pg_read_all_data/),
    ]);
  });

  it('release: what to go back to is not told of a version without a backup', async () => {
    const end = await run('rollback-plan 9.9.9');
    expect([end.code, end.stdout, end.stderr]).toEqual([
      ...[3, '', expect.stringMatching(/release-unknown: .*\nHINT: check the version/)],
    ]);
  });

  it('verified: not of a version that took no backup, unless that is meant', async () => {
    const end = await run('release verified 9.9.9');
    expect([end.code, end.stdout, end.stderr]).toEqual([
      ...[3, '', expect.stringMatching(/release-unknown: .*\nHINT: check the version: .*withoutBackup/)],
    ]);
    expect((await run('release verified 9.9.9 --without-backup')).code).toBe(0);
  });

  it('verified: not for whoever may only read', async () => {
    const end = await run('release verified 1.50.0', reader);
    expect([end.code, end.stdout, end.stderr]).toEqual([
      ...[3, '', expect.stringMatching(/forbidden: .*Release.*\nHINT: ask an administrator for the role/)],
    ]);
  });

  it.each([
    [
      'no token',
      'backup manual',
      { LIFEBOOK_BACKUP_TOKEN_FILE: '' },
      2,
      /not-signed-in: .*\nHINT: set LIFEBOOK_BACKUP_AUDIENCE/,
    ],
    ['no address', 'backup manual', { LIFEBOOK_BACKUP_URL: '' }, 2, /no-url: .*\nHINT: set LIFEBOOK_BACKUP_URL/],
    [
      ...['an address that would show the token to the network', 'backup manual'],
      ...[{ LIFEBOOK_BACKUP_URL: 'http://backup.example' }, 2, /must begin with https/],
    ],
    [
      'a forged token',
      'backup manual',
      { LIFEBOOK_BACKUP_TOKEN: 'forged' },
      3,
      /unauthenticated: .*\nHINT: send "Authorization/,
    ],
    ['a role too low', 'audit', {}, 3, /forbidden: .*Admin.*\nHINT: ask an administrator/],
    [
      'a kind that there is not',
      'backup yearly',
      {},
      2,
      /'yearly' is invalid for argument 'kind'. Allowed choices are pre-release, manual/,
    ],
    [
      'a version that is none',
      'backup pre-release --release-version 1/2',
      {},
      2,
      /--release-version: must be 1 to 100 letters/,
    ],
    ['a job that there is not', 'wait 20200101T000000Z-00000000', {}, 3, /not-found: .*\nHINT: check the id/],
  ] as [string, string, Record<string, string>, number, RegExp][])('%s', async (_what, line, changes, code, says) => {
    const end = await run(line, { ...release, ...changes });
    expect([end.code, end.stdout, end.stderr]).toEqual([code, '', expect.stringMatching(says)]);
  });

  it('an app that is not there', async () => {
    const end = await run('jobs', { ...release, LIFEBOOK_BACKUP_URL: `http://127.0.0.1:${await findFreePort()}` });
    expect([end.code, end.stderr]).toEqual([4, expect.stringMatching(/cannot be reached: ECONNREFUSED\nHINT: check/)]);
  });

  it('a backup that fails, with the statement that mends it', async () => {
    await sql(server, 'postgres', 'create table secrets (id int)', 'revoke pg_read_all_data from backup');
    const end = await run('backup pre-release --release-version 1.44.0 --wait');
    await sql(server, 'postgres', 'grant pg_read_all_data to backup');
    expect([end.code, end.stdout]).toEqual([
      1,
      expect.stringMatching(/^backup failed .*\ndump-would-be-incomplete: [^]*\nHINT: .*GRANT pg_read_all_data/),
    ]);
  });

  it('a wait that takes too long, whose job goes on, and one job too many meanwhile', async () => {
    await sql(server, 'postgres', 'create table locked (id int)');
    const blocker = new Client({ connectionString: server.url('postgres') });
    await blocker.connect();
    await blocker.query('begin; lock table locked in access exclusive mode');
    const end = await run('backup manual --wait --timeout 0.02 --json');
    const jobId = /(\d{8}T\d{6}Z-\w+) has not ended/.exec(end.stderr)?.[1] ?? '';
    expect([end.code, JSON.parse(end.stderr)]).toEqual([
      5,
      {
        code: 'timed-out',
        detail: expect.any(String),
        hint: `the job goes on; wait again: lifebook-backup wait ${jobId}`,
        exit: 5,
      },
    ]);
    await run('backup manual');
    const third = await run('backup manual');
    expect([third.code, third.stdout, third.stderr]).toEqual([
      ...[
        3,
        '',
        expect.stringMatching(/too-many-jobs: you have 2 .* the limit is 2\nHINT: wait until some of your jobs/),
      ],
    ]);
    await blocker.query('rollback');
    await blocker.end();
    expect((await run(`wait ${jobId}`)).code).toBe(0);
  });
});

describe('a restore with the client', () => {
  it('is told by its plan, started only with the name, and undone', async () => {
    const [newest] = jsonOf(await run('list --state verified --limit 1 --json'))['items'] as { backupId: string }[];
    const line = `restore ${newest?.backupId ?? ''} --mode swap --accept-storage-growth`;
    const unconfirmed = await run(line, admin);
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([
      2,
      expect.stringMatching(/The plan:[^]*renames:[^]*call it again with --confirm postgres/),
    ]);
    const wrong = await run(`${line} --confirm lifebook`, admin);
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('confirmation-missing')]);
    expect(
      await sql(server, 'template1', "select count(*)::int as n from pg_database where datname like 'postgres%'"),
    ).toEqual([{ n: 1 }]);

    const swapped = await run(`${line} --confirm postgres --wait --json`, admin);
    expect([swapped.code, swapped.stderr]).toEqual([0, '']);
    const { jobId } = jsonOf(swapped);
    const undone = await run(`undo ${String(jobId)} --confirm postgres --wait`, admin);
    expect([undone.code, undone.stdout]).toEqual([0, expect.stringMatching(/^undo succeeded after/)]);
  });
});
