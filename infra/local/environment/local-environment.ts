import { Client } from 'pg';
import { BlobServiceClient } from '@azure/storage-blob';
import { FamilyPhotos, PHOTOS } from '../seed/family-photos';
import { createBackupLogin, seedLifeBook } from '../seed/seed-lifebook';
import { startSignInPage } from '../issuer/sign-in-page';
import { type LocalAzure, startLocalAzure } from '../azure/local-azure';
import { type RecoverablePostgres, startRecoverablePostgres } from '../azure/recoverable-postgres';
import { localJwksPath } from '../issuer/issuer-folder';
import { type LocalBlobStore, startAzurite } from './azurite';
import { type LocalPostgres, type PostgresMajor, startPostgres } from './embedded-postgres';

export const DATABASE = 'lifebook';

/** PostgreSQL with a family's data and a blob store: everything that the app needs but the host. */
export interface LocalEnvironment {
  readonly postgres: LocalPostgres;
  readonly blobStore: LocalBlobStore;
  /** There when it was asked for. */
  readonly azure: LocalAzure | undefined;
  /** The app's settings. They hold passwords: for an environment, never for an argument. */
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly major: PostgresMajor;
  readonly sizeBytes: number;
  readonly pgtoolsDir: string;
  /** Also bring up what is Azure's own: ARM with point-in-time restore, and soft delete of photos and audio. */
  readonly isAzureSimulated: boolean;
  /** Told of each step as it begins, and of the bytes seeded. */
  readonly onStep: (step: string, doneBytes?: number) => void;
  /** Stops it before it is done; nothing is then left. */
  readonly signal: AbortSignal;
}

export async function startLocalEnvironment(options: EnvironmentOptions): Promise<LocalEnvironment> {
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (let last = started.pop(); last !== undefined; last = started.pop()) await last.stop();
  };
  try {
    options.onStep(`PostgreSQL ${options.major}`);
    const server = await startServer(options);
    started.push(server);
    const postgres = 'recover' in server ? server.server : server;
    options.onStep('Azurite');
    const blobStore = await startAzurite();
    started.push(blobStore);
    await BlobServiceClient.fromConnectionString(blobStore.connectionString)
      .getContainerClient('lifebook-db-backups')
      .create();
    const azure = 'recover' in server ? await startLocalAzure(server, blobStore) : undefined;
    if (azure !== undefined) {
      started.push(azure);
      options.onStep('photos');
      await new FamilyPhotos(azure.content.connectionString, options.signal).upload();
    }
    options.onStep('family data', 0);
    await execute(postgres.url(), `create database ${DATABASE}`);
    const { sizeBytes, onStep, signal } = options;
    const onProgress = (done: number): void => onStep('family data', done);
    const signInPage = await startSignInPage();
    started.push(signInPage);
    const photos = azure && { containerUrl: `${azure.content.blobUrl}/photos`, count: PHOTOS };
    await seedLifeBook({ url: postgres.url(DATABASE), sizeBytes, onProgress, signal, ...(photos && { photos }) });
    const login = await createBackupLogin(postgres.url(DATABASE));
    azure?.beginWindow(new Date());
    const settings = {
      DATABASE_URL: postgres.url(DATABASE, login.user, login.password),
      DATABASE_ADMIN_URL: postgres.url(DATABASE),
      BACKUP_STORAGE: blobStore.connectionString,
      AzureWebJobsStorage: blobStore.connectionString,
      AUTH_MODE: 'local',
      LOCAL_ISSUER_JWKS: localJwksPath(),
      LOCAL_ISSUER_URL: signInPage.url,
      PGTOOLS_DIR: options.pgtoolsDir,
      JOB_HEARTBEAT_SECONDS: '1',
      ...azure?.settings,
    };
    return { postgres, blobStore, azure, settings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Point-in-time restores need an archive of everything that was written. */
function startServer({ major, isAzureSimulated }: EnvironmentOptions): Promise<LocalPostgres | RecoverablePostgres> {
  return isAzureSimulated ? startRecoverablePostgres(major) : startPostgres({ major });
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
