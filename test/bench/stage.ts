import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, type PostgresMajor, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { guardLeftovers } from '../../infra/local/environment/leftover-guard';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { ensurePgTools } from '../../infra/pgtools/ensure';
import { type BenchPrograms, buildPrograms } from './programs';

export const MAJOR = 17;
export const CONTAINER = 'lifebook-db-backups';

/** What all contenders stand on: one server, one blob store, one set of client tools. */
export interface Stage {
  readonly server: LocalPostgres;
  readonly store: LocalBlobStore;
  readonly programs: BenchPrograms;
  readonly scratch: string;
  readonly toolsDir: string;
  readonly tool: (name: 'pg_dump' | 'pg_restore' | 'psql') => string;
  /** Undefined where it is not installed. */
  readonly rcloneVersion: string | undefined;
  /** The server's and the store's: they work for whoever is measured. */
  serverPids(): number[];
  /** An empty store: in memory Azurite also keeps what was overwritten, and grows slower with it. */
  emptyStore(): Promise<void>;
  storedBytes(blob: string): Promise<number>;
  /** Lets rclone into the account; by the environment, as a remote `bench:`. */
  rcloneEnvironment(): Record<string, string>;
  stop(): Promise<void>;
}

/** A server that is installed on this machine, instead of the embedded one. */
export interface InstalledServer {
  readonly major: PostgresMajor;
  readonly binDir: string;
}

export async function setStage(
  sizeBytes: number,
  progress: (what: string) => void,
  installed?: InstalledServer,
): Promise<Stage> {
  const { dir: toolsDir } = await ensurePgTools([MAJOR], progress);
  const scratch = await makeScratchFolder('bench');
  const guard = guardLeftovers(scratch);
  const endings: (() => Promise<unknown>)[] = [
    () => guard.release(),
    () => rm(scratch, { recursive: true, force: true }),
  ];
  const stop = async (): Promise<void> => {
    for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
  };
  try {
    const programs = await buildPrograms(join(scratch, 'programs'));
    const server = await startPostgres({ ...(installed ?? { major: MAJOR }), settings: serverSettings(sizeBytes) });
    endings.push(() => server.stop());
    const store = await startAzurite({ inMemory: true });
    endings.push(() => store.stop());
    const container = BlobServiceClient.fromConnectionString(store.connectionString).getContainerClient(CONTAINER);
    return {
      ...{ server, store, programs, scratch, toolsDir, stop },
      tool: (name) => join(toolsDir, String(MAJOR), 'bin', name),
      rcloneVersion: versionOf('rclone'),
      serverPids: () => [server.pid, store.pid],
      async emptyStore() {
        await store.restart();
        await container.createIfNotExists();
      },
      storedBytes: async (blob) => (await container.getBlobClient(blob).getProperties()).contentLength ?? 0,
      rcloneEnvironment: () => rcloneEnvironment(store),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The data stays in memory, and nothing of the server's own housekeeping falls into a run. */
function serverSettings(sizeBytes: number): Record<string, string> {
  const bytes = Math.min(Math.max(sizeBytes * 1.5, 256e6), totalmem() / 4);
  return {
    shared_buffers: `${Math.round(bytes / 1e6)}MB`,
    max_wal_size: '64GB',
    checkpoint_timeout: '1d',
    autovacuum: 'off',
    // as on Azure, where it is never less: with `minimal`, pg_restore -j writes no WAL for rows
    wal_level: 'replica',
    maintenance_work_mem: '256MB',
  };
}

function rcloneEnvironment(store: LocalBlobStore): Record<string, string> {
  const sas = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + 6 * 3_600_000),
      permissions: AccountSASPermissions.parse('rwlcd'),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      services: AccountSASServices.parse('b').toString(),
    },
    new StorageSharedKeyCredential(store.account, store.key),
  );
  return {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 'azureblob',
    RCLONE_CONFIG_BENCH_SAS_URL: `${store.blobUrl}?${sas.toString()}`,
    RCLONE_AZUREBLOB_CHUNK_SIZE: '8M',
    RCLONE_AZUREBLOB_UPLOAD_CONCURRENCY: '4',
  };
}

function versionOf(program: string): string | undefined {
  try {
    return execFileSync(program, ['version'], { encoding: 'utf8' }).split('\n')[0];
  } catch {
    return undefined;
  }
}
