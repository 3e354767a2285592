import { chooseTools } from '../../domain/backup/choose-tools';
import { showCompression } from '../../config/compression';
import type { PgConnection } from '../../domain/pg-connection';
import { bundledToolFolders, listBundledTools } from './bundled-tools';
import { installTools } from './install-tools';
import { CONNINFO, libpqEnvironment } from './libpq-environment';
import { listPathTools } from './path-tools';
import type { DumpJob, PgTools, RestoreJob, ToolRun, ToolSet } from './pg-tools';
import { spawnTool } from './spawn-tool';

/** The client tools of this machine. A set is installed and tried once in the life of the process, before its first use. */
export class InstalledPgTools implements PgTools {
  private readonly ready = new Map<string, Promise<ToolSet>>();

  constructor(
    private readonly toolsSetting: () => string | undefined,
    private readonly appFolder: string,
    private readonly path: string,
  ) {}

  async choose(serverMajor: number): Promise<ToolSet> {
    const bundled = (await listBundledTools(bundledToolFolders(this.toolsSetting(), this.appFolder))).map((tools) => ({
      ...tools,
      prepare: () => this.once(tools.folder, () => installTools(tools)),
    }));
    const isEnough = bundled.some((tools) => tools.major >= serverMajor && tools.compressions.includes('zstd'));
    const onPath = isEnough ? [] : await listPathTools(this.path);
    const others = onPath.map((tools) => ({ ...tools, prepare: () => Promise.resolve(tools) }));
    return chooseTools<Candidate>(serverMajor, bundled, others).prepare();
  }

  async dump(tools: ToolSet, job: DumpJob, signal: AbortSignal): Promise<ToolRun> {
    const args = [
      '--format=custom',
      `--compress=${compressArgument(tools, job)}`,
      `--snapshot=${job.snapshotId}`,
      `--lock-wait-timeout=${job.lockWaitSeconds * 1000}`,
      '--no-password',
      `--dbname=${CONNINFO}`,
    ];
    return spawnTool(tools.files.pg_dump, args, await libpqEnvironment(job.connection), signal);
  }

  decode(tools: ToolSet, signal: AbortSignal): ToolRun {
    return spawnTool(tools.files.pg_restore, ['--file=-'], {}, signal);
  }

  decodeSchema(tools: ToolSet, signal: AbortSignal): ToolRun {
    return spawnTool(tools.files.pg_restore, ['--schema-only', '--format=custom', '--file=-'], {}, signal);
  }

  async dumpRoles(tools: ToolSet, connection: PgConnection, signal: AbortSignal): Promise<ToolRun> {
    const args = ['--roles-only', '--no-role-passwords', '--no-password', `--dbname=${CONNINFO}`];
    // without --database pg_dumpall looks into "postgres", where this login may not connect
    const environment = await libpqEnvironment(connection);
    return spawnTool(tools.files.pg_dumpall, [...args, `--database=${connection.database}`], environment, signal);
  }

  async restore(tools: ToolSet, job: RestoreJob, signal: AbortSignal): Promise<ToolRun> {
    const args = [
      ...['--format=custom', `--jobs=${job.jobs}`, '--no-password', `--dbname=${CONNINFO}`],
      ...(job.listFile === undefined ? [] : [`--use-list=${job.listFile}`]),
      ...(job.file === undefined ? [] : [job.file]),
    ];
    const environment = { ...(await libpqEnvironment(job.connection)), PGOPTIONS: restoreOptions(job) };
    return spawnTool(tools.files.pg_restore, args, environment, signal);
  }

  restoreScript(tools: ToolSet, file: string | undefined, signal: AbortSignal): ToolRun {
    const args = ['--single-transaction', '--clean', '--if-exists', '--format=custom', '--file=-'];
    return spawnTool(tools.files.pg_restore, [...args, ...(file === undefined ? [] : [file])], {}, signal);
  }

  async psql(
    tools: ToolSet,
    job: Pick<RestoreJob, 'connection' | 'toastCompression'>,
    signal: AbortSignal,
  ): Promise<ToolRun> {
    const args = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', '--no-password'];
    const environment = await libpqEnvironment(job.connection);
    const options = job.toastCompression === null ? {} : { PGOPTIONS: toastOption(job.toastCompression) };
    return spawnTool(tools.files.psql, [...args, `--dbname=${CONNINFO}`], { ...environment, ...options }, signal);
  }

  list(tools: ToolSet, file: string | undefined, signal: AbortSignal): ToolRun {
    const args = ['--list', '--verbose', '--format=custom', ...(file === undefined ? [] : [file])];
    return spawnTool(tools.files.pg_restore, args, {}, signal);
  }

  async dumpSchema(tools: ToolSet, connection: PgConnection, signal: AbortSignal): Promise<ToolRun> {
    const args = ['--schema-only', '--format=custom', '--compress=0', '--no-password', `--dbname=${CONNINFO}`];
    return spawnTool(tools.files.pg_dump, args, await libpqEnvironment(connection), signal);
  }

  private once(key: string, make: () => Promise<ToolSet>): Promise<ToolSet> {
    const known = this.ready.get(key) ?? make();
    this.ready.set(key, known);
    known.catch(() => this.ready.delete(key));
    return known;
  }
}

interface Candidate {
  readonly major: number;
  readonly version: string;
  readonly compressions: readonly string[];
  readonly prepare: () => Promise<ToolSet>;
}

/** pg_dump before 16 takes a bare gzip level. */
function compressArgument(tools: ToolSet, job: DumpJob): string {
  const { method, level } = job.compression;
  if (tools.major >= 16) return showCompression(job.compression);
  return method === 'gzip' ? String(level) : '0';
}

/**
 * Settings of the restoring sessions. Nobody uses the database before the restore has ended and its last commits have
 * been waited for (a later synchronous commit flushes them too), so that its own commits need not wait for the disk.
 */
function restoreOptions(job: RestoreJob): string {
  const compression = job.toastCompression === null ? '' : ` ${toastOption(job.toastCompression)}`;
  return `-c synchronous_commit=off${compression}`;
}

const toastOption = (method: 'lz4'): string => `-c default_toast_compression=${method}`;
