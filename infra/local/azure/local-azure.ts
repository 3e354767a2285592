import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalBlobStore } from '../environment/azurite';
import { guardLeftovers } from '../environment/leftover-guard';
import { makeScratchFolder } from '../environment/scratch-folder';
import { ArmSimulator } from './arm-simulator';
import { newServer, parameter, type SimulatedServer } from './arm-state';
import { BlobRecovery } from './blob-recovery/blob-recovery';
import { makePostgres } from './new-postgres';
import type { RecoverablePostgres } from './recoverable-postgres';
import { makeSelfSignedCertificate } from './self-signed-certificate';

/** What no emulator has, around the local servers: ARM, whose restored servers hold data, and soft delete. */
export interface LocalAzure {
  readonly arm: ArmSimulator;
  /** The account of the photos and audio. */
  readonly content: BlobRecovery;
  /** What the app needs to find them; NODE_EXTRA_CA_CERTS counts from the start of its process only. */
  readonly settings: Readonly<Record<string, string>>;
  /** From now on the server can be had as it was at moments since now, and no earlier: before, it was being filled. */
  beginWindow(now: Date): void;
  stop(): Promise<void>;
}

const SUBSCRIPTION = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const [SERVER, GROUP, RESTORE_GROUP] = ['lifebook-db', 'lifebook-rg', 'lifebook-restore-rg'];
/** A restored server has the same port on a loopback address of its own. */
const FIRST_CLONE = 2;

export async function startLocalAzure(postgres: RecoverablePostgres, blobStore: LocalBlobStore): Promise<LocalAzure> {
  const folder = await makeScratchFolder('azure');
  const guard = guardLeftovers(folder);
  const tls = makeSelfSignedCertificate();
  const certificate = join(folder, 'arm.pem');
  await writeFile(certificate, tls.cert);
  let clones = FIRST_CLONE;
  const arm = await ArmSimulator.start({
    ...{ subscriptionId: SUBSCRIPTION, tls, latencyMs: 500 },
    recover: async (time) => {
      const clone = await postgres.recover(time, `127.0.0.${clones++}`);
      return { host: clone.host, admit: (isOpen) => clone.admit(isOpen), remove: () => clone.stop() };
    },
    make: (order) => makePostgres(order, `127.0.0.${clones++}`, postgres.server.port),
  });
  const source = sourceServer(postgres);
  arm.add(source);
  const content = await BlobRecovery.start(blobStore);
  return {
    ...{ arm, content },
    settings: {
      ...{ CONTENT_STORAGE: content.connectionString, AZURE_SUBSCRIPTION_ID: SUBSCRIPTION, ARM_POLL_SECONDS: '1' },
      ...{ POSTGRES_RESOURCE_GROUP: GROUP, POSTGRES_SERVER: SERVER, RESTORE_RESOURCE_GROUP: RESTORE_GROUP },
      ...{ ARM_ENDPOINT: arm.url, NODE_EXTRA_CA_CERTS: certificate },
      // the app signs in as it does in Azure: with a managed identity, by App Service's own endpoint
      ...{ IDENTITY_ENDPOINT: `${arm.url}/msi/token`, IDENTITY_HEADER: randomBytes(16).toString('hex') },
    },
    beginWindow: (now) => void (source.earliestRestoreDate = asAzureTellsIt(now)),
    stop: async () => {
      await Promise.all([arm.stop(), content.stop()]);
      await rm(folder, { recursive: true, force: true });
      await guard.release();
    },
  };
}

function sourceServer(postgres: RecoverablePostgres): SimulatedServer {
  const server = newServer(SERVER, GROUP, 'East US');
  server.host = postgres.server.host;
  server.firewallRules.set('office', { startIpAddress: '203.0.113.7', endIpAddress: '203.0.113.7' });
  server.firewallRules.set('AllowAllAzureIps', { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' });
  server.parameters.set('work_mem', parameter('65536', 'user-override'));
  server.parameters.set('log_statement', parameter('none', 'system-default'));
  server.earliestRestoreDate = asAzureTellsIt(postgres.earliestAt);
  return server;
}

/** With seven fractional digits. */
const asAzureTellsIt = (at: Date): string => at.toISOString().replace('Z', '4567Z');
