import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dependencies } from '../../package.json';
import { packageApp } from '../../infra/package/package-app';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makeScratchFolderForAnyone } from '../../infra/local/environment/scratch-folder';
import { chooseServerUser, type ServerUser } from '../../infra/local/environment/server-user';
import { bundleHost } from '../../infra/local/host/host-program';
import { spawnHost } from '../../infra/local/host/spawn-host';
import { issueToken } from '../../infra/local/issuer/issue-token';
import { startTelemetrySink } from '../fixtures/canary/telemetry-sink';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { type Unpacked, unpackWithoutModes } from '../fixtures/package/unpack-without-modes';

const run = promisify(execFile);
const cleanup = new Cleanup();
let folder: string;
let archive: Buffer;
let unpacked: Unpacked[];
let user: ServerUser;

beforeAll(async () => {
  folder = await makeScratchFolderForAnyone('package');
  cleanup.also(async () => {
    await run('chmod', ['-R', 'u+w', folder]);
    await rm(folder, { recursive: true });
  });
  await chmod(folder, 0o755);
  archive = await packageApp({ toolsDir: await bundledTools(), majors: [17, 18] });
  await writeFile(join(folder, 'app.zip'), archive);
  await mkdir(join(folder, 'app'));
  unpacked = await unpackWithoutModes(join(folder, 'app.zip'), join(folder, 'app'));
  await run('chmod', ['-R', 'a-w', join(folder, 'app')]);
  user = await chooseServerUser();
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

it('has what a host needs and nothing else, with exec bits on the client tools alone', () => {
  const tools = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'];
  const ofMajor = (major: number): Unpacked[] => [
    ...tools.map((tool) => ({ name: `pgtools/${major}/bin/${tool}`, mode: '100755' })),
    { name: `pgtools/${major}/manifest.json`, mode: '100644' },
  ];
  const files = [
    ...[
      'THIRD-PARTY-NOTICES.txt',
      'dist/job.js',
      'dist/job.js.LEGAL.txt',
      'dist/main.js',
      'dist/main.js.LEGAL.txt',
      'dist/telemetry.js',
    ],
  ];
  const isOfConsole = ({ name }: Unpacked): boolean => name.startsWith('dist/console/');
  expect(unpacked.filter((file) => !isOfConsole(file))).toEqual([
    ...[...files, 'dist/telemetry.js.LEGAL.txt', 'host.json', 'package.json'].map((name) => ({ name, mode: '100644' })),
    ...ofMajor(17),
    ...ofMajor(18),
  ]);
  const page = unpacked.filter(isOfConsole);
  expect(new Set(page.map(({ mode }) => mode))).toEqual(new Set(['100644']));
  const kinds = page.map(({ name }) => name.replace(/[\w-]+-[A-Z0-9]{8}\./, 'NAME-HASH.'));
  expect([...new Set(kinds)].sort()).toEqual([
    'dist/console/assets/NAME-HASH.css',
    'dist/console/assets/NAME-HASH.js',
    'dist/console/assets/NAME-HASH.js.LEGAL.txt',
    'dist/console/index.html',
  ]);
});

it('brings the licences of the tools and of each package that it is made of', async () => {
  const text = await readFile(join(folder, 'app', 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  const titles = [...text.matchAll(/^=+ (.+)$/gm)].map(([, title = '']) => title.replace(/ [\d.].*$/, ''));
  expect(titles.slice(0, 5)).toEqual(['PostgreSQL', 'OpenSSL', 'Zstandard', 'LZ4 (the library)', 'zlib']);
  const direct = Object.keys(dependencies).filter((name) => name !== 'commander'); // the client's, which stays outside
  expect(direct.filter((name) => !titles.includes(name))).toEqual([]);
  expect(text).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  expect(text).not.toContain(join(__dirname, '..', '..'));
});

it('is the same, byte for byte, when it is made again', async () => {
  const again = await packageApp({ toolsDir: await bundledTools(), majors: [18, 17] });
  expect(again.equals(archive)).toBe(true);
});

it('is small enough for quick cold starts', () => {
  expect(archive.length).toBeLessThan(60 * 1024 * 1024);
});

it('needs no package beside it but the worker’s own module', async () => {
  const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
  const needed = new Set<string>();
  for (const name of ['main', 'job', 'telemetry']) {
    const text = await readFile(join(folder, 'app', 'dist', `${name}.js`), 'utf8');
    for (const [, required] of text.matchAll(/\brequire\("([^"]+)"\)/g)) needed.add(required ?? '');
    for (const [, imported] of text.matchAll(/\bimport\("([^"]+)"\)/g)) needed.add(imported ?? '');
  }
  const foreign = [...needed].filter((name) => !builtin.has(name)).sort();
  // the telemetry bundle lies beside; pg tries its native twin and goes on without it
  expect(foreign).toEqual(['./telemetry.js', '@azure/functions-core', 'pg-native']);
});

it('starts as a user who may not write beside it, and dumps a database', async () => {
  await expect(writeAs(user, join(folder, 'app', 'proof'))).rejects.toThrow(/EACCES|Permission denied/);
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  const server: LocalPostgres = await cleanup.add(startPostgres({ major: 18 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 1000) as id');
  const sink = await cleanup.add(startTelemetrySink(folder));
  const [temp, issuer, program] = [join(folder, 'tmp'), join(folder, 'issuer'), join(folder, 'host.js')];
  await mkdir(temp);
  if (user.uid !== undefined) await chown(temp, user.uid, user.gid ?? 0);
  const token = await issueToken({ role: 'Release', folder: issuer });
  await chmod(issuer, 0o755);
  await bundleHost(program);
  const host = await cleanup.add(
    spawnHost({
      ...{ appDir: join(folder, 'app'), timers: false, user, program },
      settings: {
        ...{ BACKUP_STORAGE: store.connectionString, AzureWebJobsStorage: store.connectionString },
        ...{ TMPDIR: temp, HOME: temp, XDG_CACHE_HOME: temp, DATABASE_URL_FAMILY: login.url('postgres') },
        ...{ AUTH_MODE: 'local', LOCAL_ISSUER_JWKS: join(issuer, 'jwks.json'), PATH: '/nowhere' },
        ...sink.settings,
      },
    }),
  );
  expect([host.startupErrors, host.inError]).toEqual([[], []]);

  const api = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${host.url}/api${path}`, {
      ...{ method, headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  let job = await api('POST', '/backups', { kind: 'manual' });
  while (['queued', 'running'].includes(String(job['state']))) {
    job = await api('GET', `/jobs/${String(job['jobId'])}?wait=60`);
  }
  expect(job).toMatchObject({ state: 'succeeded', database: 'family', result: { warnings: [] } });
  const backup = await api('GET', `/backups/${String((job['result'] as Record<string, unknown>)['backupId'])}`);
  expect(backup['manifest']).toMatchObject({
    tool: { pgDump: '18.6', major: 18, compression: 'zstd:1' },
    contents: { tables: [{ schema: 'public', name: 'moments', rows: 1000 }] },
  });
  expect(sink.received().join('\n')).toContain('JobEnded');
});

async function writeAs({ uid, gid }: ServerUser, file: string): Promise<void> {
  const program = `require('node:fs').writeFileSync(${JSON.stringify(file)}, '')`;
  await run(process.execPath, ['-e', program], {
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: gid ?? 0 }),
  });
}
