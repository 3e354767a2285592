import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './free-port';
import { guardLeftovers } from './leftover-guard';
import { startOwned, type OwnedProcess } from './owned-process';
import { makeScratchFolder } from './scratch-folder';
import { readFileIfThere } from './read-file-if-there';

export interface AzuriteOptions {
  /** Keep everything in memory: faster, gone after `restart()`. Default false. */
  readonly inMemory?: boolean;
  /** Where the data goes; it stays there after `stop()`. Default: a temporary folder of its own. */
  readonly dir?: string;
}

/** Azurite: Azure's Blob and Queue storage on this machine, with an account of its own. */
export interface LocalBlobStore {
  readonly account: string;
  /** The account's key, base64; random, other each time. */
  readonly key: string;
  readonly blobUrl: string;
  readonly queueUrl: string;
  readonly connectionString: string;
  readonly logFile: string;
  /** Changes with `restart()`. */
  readonly pid: number;
  /** Ends the process and starts a new one on the same ports with the same data; `inMemory` starts empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const ACCOUNT = 'lifebooklocal';
const START_TIMEOUT_MS = 30_000;
const START_ATTEMPTS = 5;

interface Ports {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

/** Starts in about a second. On failure nothing is left behind; a store whose starter dies is ended by its guard. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<LocalBlobStore> {
  const root = await makeScratchFolder('azurite');
  const guard = guardLeftovers(root);
  const location = options.dir ?? join(root, 'data');
  const logFile = join(root, 'azurite.log');
  const key = randomBytes(64).toString('base64');
  const removeAll = async (): Promise<void> => {
    await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    await guard.release();
  };
  const start = async (ports: Ports): Promise<OwnedProcess | undefined> => {
    const server = await startOwned(process.execPath, [azuriteProgram(), ...argumentsFor(ports, location, options)], {
      cwd: root,
      // the key goes by the environment: every user of this machine can read arguments
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
      output: { logFile },
    });
    guard.watch(server.pid, 'KILL');
    if (await answersOn(Object.values(ports), server)) {
      server.unref();
      return server;
    }
    await server.stop([], 2_000);
    return undefined;
  };
  try {
    await mkdir(location, { recursive: true });
    for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
      const ports = { blob: await findFreePort(), queue: await findFreePort(), table: await findFreePort() };
      const server = await start(ports);
      if (server !== undefined) return describe(ports, key, logFile, server, start, removeAll);
    }
    throw new Error(`Azurite did not start: ${(await readFileIfThere(logFile)).slice(-2_000).trim()}`);
  } catch (error) {
    await removeAll();
    throw error;
  }
}

function azuriteProgram(): string {
  return createRequire(__filename).resolve('azurite/dist/src/azurite.js');
}

function argumentsFor(ports: Ports, location: string, options: AzuriteOptions): string[] {
  return [
    ...['--blobHost', '127.0.0.1', '--queueHost', '127.0.0.1', '--tableHost', '127.0.0.1'],
    ...['--blobPort', String(ports.blob), '--queuePort', String(ports.queue), '--tablePort', String(ports.table)],
    ...['--disableTelemetry', '--silent', '--skipApiVersionCheck'],
    ...(options.inMemory === true ? ['--inMemoryPersistence'] : ['--location', location]),
  ];
}

/** True once every port accepts connections; false when the process ended first, as it does when a port is taken. */
async function answersOn(ports: readonly number[], server: OwnedProcess): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!server.hasEnded() && Date.now() < deadline) {
    if ((await Promise.all(ports.map(acceptsConnections))).every(Boolean)) return !server.hasEnded();
    await sleep(20);
  }
  return false;
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function describe(
  ports: Ports,
  key: string,
  logFile: string,
  first: OwnedProcess,
  start: (ports: Ports) => Promise<OwnedProcess | undefined>,
  removeAll: () => Promise<void>,
): LocalBlobStore {
  let server = first;
  let stopping: Promise<void> | undefined;
  const blobUrl = `http://127.0.0.1:${ports.blob}/${ACCOUNT}`;
  const queueUrl = `http://127.0.0.1:${ports.queue}/${ACCOUNT}`;
  return {
    ...{ account: ACCOUNT, key, blobUrl, queueUrl, logFile },
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};BlobEndpoint=${blobUrl};QueueEndpoint=${queueUrl};`,
    get pid() {
      return server.pid;
    },
    async restart() {
      await server.stop(['SIGTERM'], 5_000); // it writes its index on SIGTERM, else only every few seconds
      const next = await start(ports);
      if (next === undefined) throw new Error(`Azurite did not start again on its ports: see ${logFile}`);
      server = next;
    },
    stop() {
      stopping ??= server.stop(['SIGTERM'], 2_000).then(removeAll);
      return stopping;
    },
  };
}
