import { execFile } from 'node:child_process';
import { appendFile, chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { type LocalPostgres, startPostgres } from '../environment/embedded-postgres';
import { guardLeftovers, type LeftoverGuard } from '../environment/leftover-guard';
import { startOwned } from '../environment/owned-process';
import type { PostgresMajor } from '../environment/postgres-binaries';
import { readFileIfThere } from '../environment/read-file-if-there';
import { makeScratchFolderForAnyone } from '../environment/scratch-folder';
import { chooseServerUser } from '../environment/server-user';

const run = promisify(execFile);

/** A server that can be had again as it was at any moment since its base backup: what Azure does, on this machine. */
export interface RecoverablePostgres {
  readonly server: LocalPostgres;
  readonly earliestAt: Date;
  /** A new server with the same port on the loopback address `host`, as the data was at `time`. */
  recover(time: Date, host: string): Promise<RecoveredPostgres>;
  stop(): Promise<void>;
}

export interface RecoveredPostgres {
  readonly host: string;
  /** False closes it to everybody, as a new server of Azure is before it has a firewall rule. */
  admit(isOpen: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server that archives its WAL, and takes a base backup of it. */
export async function startRecoverablePostgres(
  major: PostgresMajor,
  settings: Readonly<Record<string, string>> = {},
): Promise<RecoverablePostgres> {
  const root = await makeScratchFolderForAnyone('azure-pitr');
  const guard = guardLeftovers(root);
  // the server's user writes its archive here
  await chmod(root, 0o777);
  const archive = {
    archive_mode: 'on',
    archive_command: `cp %p "${root}/%f.part" && mv "${root}/%f.part" "${root}/%f"`,
  };
  const server = await startPostgres({ major, settings: { wal_level: 'logical', ...settings, ...archive } });
  const recovered: RecoveredPostgres[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(recovered.map((one) => one.stop()));
    await server.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    await guard.release();
  };
  try {
    const base = join(root, 'base');
    await takeBaseBackup(server, base);
    const earliestAt = await clockOf(server);
    const recover = async (time: Date, host: string): Promise<RecoveredPostgres> => {
      await archiveEverything(server);
      const one = await recoverTo({ server, archive: root, base, guard }, time, host);
      recovered.push(one);
      return one;
    };
    return { server, earliestAt, recover, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The package has no pg_basebackup: the files are copied between the two calls that make such a copy good. */
async function takeBaseBackup(server: LocalPostgres, base: string): Promise<void> {
  await withClient(server, async (client) => {
    await client.query(
      server.major >= 15 ? "select pg_backup_start('azure', true)" : "select pg_start_backup('azure', true, false)",
    );
    await run('cp', ['-a', server.dataDir, base]);
    const stopped = await client.query<{ labelfile: string }>(
      server.major >= 15 ? 'select labelfile from pg_backup_stop()' : 'select labelfile from pg_stop_backup(false)',
    );
    await writeFile(join(base, 'backup_label'), stopped.rows[0]?.labelfile ?? '');
  });
  await rm(join(base, 'postmaster.pid'), { force: true });
  // all of it comes from the archive
  await run('sh', ['-c', 'rm -rf "$0"/pg_wal/* && mkdir -p "$0/pg_wal/archive_status"', base]);
}

const clockOf = (server: LocalPostgres): Promise<Date> =>
  withClient(server, async (client) => (await client.query<{ now: Date }>('select now()')).rows[0]?.now ?? new Date());

/** A commit later than any moment that may be asked for, without which a recovery to it would not end; then its WAL. */
async function archiveEverything(server: LocalPostgres): Promise<void> {
  await withClient(server, async (client) => {
    await client.query('select pg_current_xact_id()');
    const { rows } = await client.query<{ segment: string }>('select pg_walfile_name(pg_switch_wal()) as segment');
    const segment = rows[0]?.segment ?? '';
    for (let tries = 0; tries < 1_000; tries += 1) {
      const { rows: told } = await client.query<{ last: string | null }>(
        'select last_archived_wal as last from pg_stat_archiver',
      );
      if ((told[0]?.last ?? '') >= segment) return;
      await sleep(20);
    }
    throw new Error(`the WAL segment ${segment} was not archived`);
  });
}

interface Recovery {
  readonly server: LocalPostgres;
  readonly archive: string;
  readonly base: string;
  readonly guard: LeftoverGuard;
}

async function recoverTo(from: Recovery, time: Date, host: string): Promise<RecoveredPostgres> {
  const { server, archive, base, guard } = from;
  const dataDir = join(archive, `clone-${host}-${Date.now()}`);
  await run('cp', ['-a', base, dataDir]);
  const settings = {
    listen_addresses: host,
    port: String(server.port),
    archive_mode: 'off',
    restore_command: `cp "${archive}/%f" "%p"`,
    recovery_target_time: time.toISOString().replace('T', ' ').replace('Z', '+00'),
    recovery_target_action: 'promote',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(dataDir, 'postgresql.conf'), lines.join(''));
  await writeFile(join(dataDir, 'recovery.signal'), '');
  await writeHba(dataDir, false);
  const user = await chooseServerUser();
  if (user.uid !== undefined) await run('chown', ['-R', `${user.uid}:${user.gid ?? 0}`, dataDir]);
  const logFile = `${dataDir}.log`;
  const child = await startOwned(join(server.binDir, 'postgres'), ['-D', dataDir], {
    cwd: archive,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    output: { logFile },
    ...user,
  });
  guard.watch(child.pid, 'QUIT');
  child.unref();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= child
      .stop(['SIGQUIT'], 6_000)
      .then(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 })));
  for (let tries = 0; tries < 3_000 && !child.hasEnded(); tries += 1) {
    const lines7 = (await readFileIfThere(join(dataDir, 'postmaster.pid'))).split('\n')[7]?.trim();
    const isPromoted = (await readFileIfThere(logFile)).includes('archive recovery complete');
    if (lines7 === 'ready' && isPromoted) {
      const admit = async (isOpen: boolean): Promise<void> => {
        await writeHba(dataDir, isOpen);
        process.kill(child.pid, 'SIGHUP');
        await sleep(200);
      };
      return { host, admit, stop };
    }
    await sleep(20);
  }
  const told = (await readFileIfThere(logFile)).split('\n').slice(-12).join('\n');
  await stop();
  throw new Error(`the recovery to ${time.toISOString()} failed: ${told}`);
}

async function writeHba(dataDir: string, isOpen: boolean): Promise<void> {
  await writeFile(join(dataDir, 'pg_hba.conf'), `host all all 127.0.0.0/8 ${isOpen ? 'scram-sha-256' : 'reject'}\n`);
}

async function withClient<T>(server: LocalPostgres, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
