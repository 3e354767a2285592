import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './free-port';
import { guardLeftovers, type LeftoverGuard } from './leftover-guard';
import { startOwned, type OwnedProcess, type OwnedProcessOptions } from './owned-process';
import { installPostgresBinaries, type PostgresMajor } from './postgres-binaries';
import { readFileIfThere } from './read-file-if-there';
import { makeScratchFolderForAnyone } from './scratch-folder';
import { chooseServerUser, type ServerUser } from './server-user';

export { POSTGRES_MAJORS, type PostgresMajor } from './postgres-binaries';

export interface PostgresOptions {
  readonly major: PostgresMajor;
  /** Programs of this major that are installed already; default: those of the npm package. */
  readonly binDir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Lines of postgresql.conf, for example `{ shared_buffers: '256MB' }`; they come after our own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The superuser's; default: random, other each time. */
  readonly password?: string;
  /** Survive a crash of the machine (fsync and full-page writes on). Default false: these servers are thrown away. */
  readonly durable?: boolean;
}

/** A PostgreSQL server of our own, new and empty, on this machine. */
export interface LocalPostgres {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly major: PostgresMajor;
  readonly superuser: string;
  readonly password: string;
  /** The postmaster's. */
  readonly pid: number;
  /** Holds initdb, pg_ctl and postgres only: the package has no client tools. */
  readonly binDir: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** Default: database `postgres` as the superuser. */
  url(database?: string, user?: string, password?: string): string;
  /** Ends the server and removes everything of it. May be called again. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster, as a crash would; `stop()` still has to be called to tidy up. */
  kill(): void;
}

const SUPERUSER = 'postgres';
const START_TIMEOUT_MS = 30_000;
const START_ATTEMPTS = 5;

interface ServerFolder {
  readonly root: string;
  readonly binDir: string;
  readonly dataDir: string;
  readonly logFile: string;
}

/**
 * Starts a server: about 1.5 s, most of it initdb. Runs as an unprivileged user when we are root. On failure nothing is
 * left behind, and the error has the end of the server's log. A server whose starter dies is ended by its guard.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const user = await chooseServerUser();
  const root = await makeScratchFolderForAnyone(`pg${options.major}`);
  const guard = guardLeftovers(root);
  const folder = {
    root,
    binDir: options.binDir ?? join(root, 'bin'),
    dataDir: join(root, 'data'),
    logFile: join(root, 'server.log'),
  };
  try {
    const password = options.password ?? randomBytes(18).toString('base64url');
    if (options.binDir === undefined) await installPostgresBinaries(options.major, root);
    await createCluster(folder, user, password, guard);
    const { server, port } = await startOnSomePort(folder, user, options, guard);
    return describe(folder, options.major, port, password, server, guard);
  } catch (error) {
    await removeAll(folder, guard);
    throw error;
  }
}

async function createCluster(
  folder: ServerFolder,
  user: ServerUser,
  password: string,
  guard: LeftoverGuard,
): Promise<void> {
  const passwordFile = join(folder.root, 'password');
  await mkdir(folder.dataDir, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(user, [folder.root, folder.dataDir, passwordFile]);
  const initdb = await startOwned(
    join(folder.binDir, 'initdb'),
    [
      ...['-D', folder.dataDir, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'],
    ],
    processOptions(folder, user),
  );
  guard.watch(initdb.pid, 'KILL');
  const end = await initdb.ended;
  await rm(passwordFile);
  if (end.code !== 0) throw new Error(`initdb failed: ${await logTail(folder)}`);
}

/** Somebody else may have taken the port since it was drawn; then another is tried, unless the caller chose it. */
async function startOnSomePort(
  folder: ServerFolder,
  user: ServerUser,
  options: PostgresOptions,
  guard: LeftoverGuard,
): Promise<{ server: OwnedProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    await appendFile(join(folder.dataDir, 'postgresql.conf'), configuration(port, options));
    const server = await startOwned(
      join(folder.binDir, 'postgres'),
      ['-D', folder.dataDir],
      processOptions(folder, user),
    );
    guard.watch(server.pid, 'QUIT');
    if (await becomesReady(server, folder)) {
      server.unref();
      return { server, port };
    }
    await server.stop(['SIGQUIT'], 5_000);
    const log = await logTail(folder);
    if (options.port !== undefined || attempt >= START_ATTEMPTS || !log.includes('could not bind')) {
      throw new Error(`PostgreSQL ${options.major} did not start on port ${port}: ${log}`);
    }
  }
}

function configuration(port: number, options: PostgresOptions): string {
  const lasting = options.durable === true ? 'on' : 'off';
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '', // a path below TMPDIR can exceed the 107 bytes that a socket's may have
    dynamic_shared_memory_type: 'mmap', // inside the data folder: a killed server leaves nothing in /dev/shm
    fsync: lasting,
    full_page_writes: lasting,
    synchronous_commit: lasting,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('');
}

/** True once the postmaster says so in its pid file, as pg_ctl looks for it; false when it ended or took too long. */
async function becomesReady(server: OwnedProcess, folder: ServerFolder): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!server.hasEnded() && Date.now() < deadline) {
    const lines = (await readFileIfThere(join(folder.dataDir, 'postmaster.pid'))).split('\n');
    if (lines[0] === String(server.pid) && lines[7]?.trim() === 'ready') return true;
    await sleep(15);
  }
  return false;
}

function describe(
  folder: ServerFolder,
  major: PostgresMajor,
  port: number,
  password: string,
  server: OwnedProcess,
  guard: LeftoverGuard,
): LocalPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await server.stop(['SIGQUIT'], 6_000); // immediate: what a checkpoint would save is removed next
    await removeAll(folder, guard);
  };
  return {
    ...{ host: '127.0.0.1', port, major, superuser: SUPERUSER, password, pid: server.pid },
    ...{ binDir: folder.binDir, dataDir: folder.dataDir, logFile: folder.logFile },
    url(database = 'postgres', user = SUPERUSER, userPassword = password) {
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(userPassword)}`;
      return `postgresql://${login}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    },
    stop: () => (stopping ??= stop()),
    kill: () => server.signal('SIGKILL'),
  };
}

/** A clean environment: no PG* variable of ours may reach the server. */
function processOptions({ root, logFile }: ServerFolder, user: ServerUser): OwnedProcessOptions {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  return { cwd: root, env, output: { logFile }, ...user };
}

async function giveTo(user: ServerUser, paths: readonly string[]): Promise<void> {
  const { uid, gid } = user;
  if (uid === undefined || gid === undefined) return;
  await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

async function removeAll(folder: ServerFolder, guard: LeftoverGuard): Promise<void> {
  await removeSharedMemory(folder);
  // backends of a killed postmaster end on their own within moments and may still write
  await rm(folder.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  await guard.release();
}

/** A killed postmaster leaves its pid file, and the few bytes of System V shared memory whose id stands in line 7. */
async function removeSharedMemory({ dataDir }: ServerFolder): Promise<void> {
  const id = (await readFileIfThere(join(dataDir, 'postmaster.pid'))).split('\n')[6]?.trim().split(/\s+/)[1];
  if (id !== undefined) spawnSync('ipcrm', ['-m', id], { stdio: 'ignore' }); // best effort: it is 56 bytes
}

async function logTail(folder: ServerFolder): Promise<string> {
  return (await readFileIfThere(folder.logFile)).split('\n').slice(-8).join('\n').trim();
}
