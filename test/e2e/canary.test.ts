import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { findFreePort } from '../../infra/local/environment/free-port';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { learnSecrets } from '../fixtures/canary/learn-secrets';
import { type ProcessWatch, type SeenProcesses, startProcessWatch } from '../fixtures/canary/process-watch';
import { makeRecordingTools, type RecordingTools } from '../fixtures/canary/recording-tools';
import { SecretDetector } from '../fixtures/canary/secret-detector';
import { storedPlaces } from '../fixtures/canary/stored-places';
import { startTelemetrySink, type TelemetrySink } from '../fixtures/canary/telemetry-sink';
import { type BackupLogin, createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, toolPath } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

/** The real password, storage key and tokens of this run are the canary. The app goes through good and bad jobs first. */
const cleanup = new Cleanup();
const detector = new SecretDetector();
const outcomes: Record<string, string> = {};
let watch: ProcessWatch;
let seen: SeenProcesses;
let store: LocalBlobStore;
let server: LocalPostgres;
let login: BackupLogin;
let sink: TelemetrySink;
let tools: RecordingTools;
let output = '';
const answers: string[] = [];
const CONTROL_PASSWORD = randomBytes(18).toString('base64url');
const OTHER_KEY = randomBytes(64).toString('base64');
const BROKEN = `in#va/lid${randomBytes(9).toString('hex')}`;

beforeAll(async () => {
  const realTools = await bundledTools();
  const folder = await makeScratchFolder('canary');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'recorded'));
  tools = await makeRecordingTools(realTools, 17, join(folder, 'recorded'));
  watch = await cleanup.add(startProcessWatch(2));
  store = await cleanup.add(startAzurite());
  server = await cleanup.add(startPostgres({ major: 17 }));
  login = await createBackupLogin(server, 'backup');
  sink = await cleanup.add(startTelemetrySink(folder));
  await sql(
    server,
    'postgres',
    'create table held (a int)',
    'create database locked template postgres',
    'create database denied',
  );
  await sql(server, 'denied', 'create table t (a int)', 'alter table t enable row level security');

  await runJobsThatEndWellAndBadly();
  await runWithWrongStorageKey();
  runControl();
  seen = await watch.stop();
  rememberSecrets();
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

async function runJobsThatEndWellAndBadly(): Promise<void> {
  const app = await startHostedApp(
    store,
    {
      ...{ PGTOOLS_DIR: tools.dir, DUMP_COMPRESSION: 'none', TABLE_CHECKSUMS: 'true', DUMP_LOCK_WAIT_SECONDS: '1' },
      ...sink.settings,
      DATABASE_URL_GOOD: login.url('postgres'),
      DATABASE_URL_LOCKED: login.url('locked').replace('postgresql://', 'postgresql+psycopg://'),
      DATABASE_URL_DENIED: login.url('denied'),
      DATABASE_URL_MISSING: login.url('nowhere'),
      DATABASE_URL_REFUSED: server.url('postgres', 'backup', `${login.password} but wrong`),
      DATABASE_URL_UNREACHABLE: login.url('postgres').replace(`:${server.port}/`, `:${await findFreePort()}/`),
      DATABASE_URL_BROKEN: `postgresql://backup:${BROKEN}@127.0.0.1/postgres`,
    },
    keep,
  );
  const locking = new Client({ connectionString: server.url('locked') });
  try {
    await locking.connect();
    await locking.query('begin; lock table held in access exclusive mode');
    for (const name of ['good', 'locked', 'denied', 'missing', 'refused', 'unreachable', 'broken'])
      await runOne(app, name);
    for (const path of ['/health', '/backups', '/jobs', `/backups/${'x'.repeat(40)}`, '/backups?cursor=broken']) {
      answers.push(JSON.stringify((await app.call('GET', path)).body));
    }
  } finally {
    await locking.end();
    detector.add('a token', (await app.token('Admin')).split('.')[2] ?? '');
    detector.add('the host key', app.host.masterKey);
    await app.stop();
  }
}

async function runWithWrongStorageKey(): Promise<void> {
  const wrong = store.connectionString.replace(store.key, OTHER_KEY);
  const settings = { PGTOOLS_DIR: tools.dir, BACKUP_STORAGE: wrong, DATABASE_URL_GOOD: login.url('postgres') };
  const app = await startHostedApp(store, settings, keep);
  try {
    await runOne(app, 'good', 'wrong storage key');
    answers.push(JSON.stringify((await app.call('GET', '/backups')).body));
  } finally {
    await app.stop();
  }
}

async function runOne(app: HostedApp, database: string, name = database): Promise<void> {
  const accepted = await app.call('POST', '/backups', { body: { kind: 'manual', database } });
  const ended = await app.ended(accepted.body['jobId']);
  const { code } = (ended.body['error'] ?? {}) as { code?: string };
  outcomes[name] = `${String(ended.body['state'])}${code === undefined ? '' : ` ${code}`}`;
  const { backupId } = (ended.body['result'] ?? {}) as { backupId?: string };
  const backup = backupId === undefined ? '' : (await app.call('GET', `/backups/${backupId}`)).body;
  answers.push(JSON.stringify([accepted.body, ended.body, backup]));
}

/** What must be caught: a password among the arguments of programs, long-lived and recorded ones. */
function runControl(): void {
  spawnSync('/bin/sh', ['-c', 'sleep 0.2; :', CONTROL_PASSWORD]);
  spawnSync(process.execPath, ['-e', '', `postgresql://u:${encodeURIComponent(`${CONTROL_PASSWORD}/ `)}@h/d`]);
}

function keep(text: string): void {
  output += text;
}

function rememberSecrets(): void {
  detector.add("the backup login's password", login.password);
  detector.add("the superuser's password", server.password);
  detector.add("the account's key", store.key);
  detector.add('the wrong key', OTHER_KEY);
  detector.add('a password in a URL that cannot be parsed', BROKEN);
}

/** Leaks in what `look` shows, and nothing of what was shown before. */
function leaksIn(look: () => void): typeof detector.leaks {
  detector.leaks.length = 0;
  look();
  return [...detector.leaks];
}

it('went through jobs that end well and badly', () => {
  expect(outcomes).toEqual({
    good: 'succeeded',
    locked: 'failed lock-wait-timeout',
    denied: 'failed dump-would-be-incomplete',
    missing: 'failed database-missing',
    refused: 'failed database-login-refused',
    unreachable: 'failed database-unreachable',
    broken: 'failed invalid-settings',
    'wrong storage key': 'failed storage-refused',
  });
});

describe('the secrets of this run', () => {
  it('are not among the arguments of the client programs', async () => {
    const calls = await tools.calls();
    expect([...new Set(calls.map((call) => call.split('\0')[0]))].sort()).toEqual([
      'pg_dump',
      'pg_dumpall',
      'pg_restore',
      'psql',
    ]);
    expect(leaksIn(() => calls.forEach((call) => detector.look('a client program', call)))).toEqual([]);
  });

  it('are not among the arguments of any process', () => {
    expect(seen.argumentLists.some((list) => list.includes('--format=custom'))).toBe(true);
    expect(leaksIn(() => seen.argumentLists.forEach((list) => detector.look('arguments', list)))).toEqual([]);
  });

  it('are not in what host and app write', () => {
    expect(output).toContain('"event":"job-succeeded"');
    expect(output).toContain('"event":"job-failed"');
    expect(leaksIn(() => detector.look('output', output))).toEqual([]);
  });

  it('are not in any answer', () => {
    expect(answers).toHaveLength(14);
    expect(leaksIn(() => answers.forEach((answer) => detector.look('an answer', answer)))).toEqual([]);
  });

  it('are not in any blob, metadata, tag, record or message', async () => {
    const places: string[] = [];
    const found = [];
    for await (const { place, content } of storedPlaces(store)) {
      places.push(place);
      found.push(...leaksIn(() => detector.look(place, content)));
    }
    expect(found).toEqual([]);
    const expected = [
      /^bytes of lifebook-db-backups\/manual\/good_backup_.*\.dump$/,
      /^bytes of .*\.manifest\.json$/,
      /^bytes of .*\.globals\.sql$/,
      /^bytes of lifebook-backup-state\/jobs\//,
    ];
    for (const pattern of expected) expect(places).toContainEqual(expect.stringMatching(pattern));
  });

  it('are not in telemetry', () => {
    expect(
      sink
        .received()
        .filter((item) => item.includes('JobEnded'))
        .join(),
    ).toMatch(/"state":"failed"/);
    expect(leaksIn(() => sink.received().forEach((item) => detector.look('telemetry', item)))).toEqual([]);
  });
});

describe('the detector', () => {
  it('catches a password that was put among arguments on purpose, plain and percent-encoded', () => {
    const control = new SecretDetector();
    control.add('control', CONTROL_PASSWORD);
    control.add('control with more', `${CONTROL_PASSWORD}/ `);
    for (const list of seen.argumentLists) control.look(list.split('\0')[0] ?? '', list);
    expect(control.leaks).toContainEqual({ secret: 'control', form: 'plain', place: '/bin/sh' });
    expect(control.leaks).toContainEqual({
      secret: 'control with more',
      form: 'percent-encoded',
      place: process.execPath,
    });
  });

  it('catches an argument of a client program however short it lives', async () => {
    const before = (await tools.calls()).length;
    await promisify(execFile)(toolPath(tools.dir, 17, 'psql'), ['--version', `--set=password=${CONTROL_PASSWORD}`]);
    const control = new SecretDetector();
    control.add('control', CONTROL_PASSWORD);
    for (const call of (await tools.calls()).slice(before)) control.look('psql', call);
    expect(control.leaks).toEqual([{ secret: 'control', form: 'plain', place: 'psql' }]);
  });

  it('learns the secrets of a run by itself, from where they are allowed to be', () => {
    const learned = learnSecrets(seen.environments);
    expect(learned.has(login.password)).toBe(true);
    expect(learned.has(store.key)).toBe(true);
  });
});
