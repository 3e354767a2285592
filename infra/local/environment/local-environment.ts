import { Client } from 'pg';
import { BlobServiceClient } from '@azure/storage-blob';
import { createBackupLogin, seedLifeBook } from '../seed/seed-lifebook';
import { startSignInPage } from '../issuer/sign-in-page';
import { localJwksPath } from '../issuer/issuer-folder';
import { type LocalBlobStore, startAzurite } from './azurite';
import { type LocalPostgres, type PostgresMajor, startPostgres } from './embedded-postgres';

export const DATABASE = 'lifebook';

/** PostgreSQL with a family's data and a blob store: everything that the app needs but the host. */
export interface LocalEnvironment {
  readonly postgres: LocalPostgres;
  readonly blobStore: LocalBlobStore;
  /** The app's settings. They hold passwords: for an environment, never for an argument. */
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly major: PostgresMajor;
  readonly sizeBytes: number;
  readonly pgtoolsDir: string;
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
    const postgres = await startPostgres({ major: options.major });
    started.push(postgres);
    options.onStep('Azurite');
    const blobStore = await startAzurite();
    started.push(blobStore);
    await BlobServiceClient.fromConnectionString(blobStore.connectionString)
      .getContainerClient('lifebook-db-backups')
      .create();
    options.onStep('family data', 0);
    await execute(postgres.url(), `create database ${DATABASE}`);
    const { sizeBytes, onStep, signal } = options;
    const onProgress = (done: number): void => onStep('family data', done);
    await seedLifeBook({ url: postgres.url(DATABASE), sizeBytes, onProgress, signal });
    const signInPage = await startSignInPage();
    started.push(signInPage);
    const login = await createBackupLogin(postgres.url(DATABASE));
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
    };
    return { postgres, blobStore, settings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
