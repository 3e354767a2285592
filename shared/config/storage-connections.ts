import { Failure } from '../domain/failure';
import type { Environment } from './settings';

/** How to reach a storage account: a Functions connection (a connection string, or service URIs with an identity). */
export type StorageConnection =
  | { readonly kind: 'connection-string'; readonly connectionString: string; readonly usesAccountKey: boolean }
  | {
      readonly kind: 'identity';
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      readonly clientId: string | undefined;
    };

/** `emulator`: an account on this machine. */
export type StorageAccess = 'identity' | 'key' | 'emulator';

export function storageAccess(connection: StorageConnection): StorageAccess {
  if (connection.kind === 'identity') return 'identity';
  const { connectionString } = connection;
  const isLocal = /UseDevelopmentStorage=true|BlobEndpoint=https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/i;
  // a SAS is a key of less reach, which lies in a setting just so
  return isLocal.test(connectionString) ? 'emulator' : 'key';
}

/** The account's own name, as Azure Resource Manager knows it. @throws Failure `invalid-settings` */
export function accountName(connection: StorageConnection): string {
  const named =
    connection.kind === 'identity'
      ? /^https:\/\/([a-z0-9]{3,24})\./.exec(connection.blobServiceUri)
      : (/(?:^|;)\s*AccountName=([a-z0-9]{3,24})/i.exec(connection.connectionString) ??
        /(?:^|;)\s*BlobEndpoint=https:\/\/([a-z0-9]{3,24})\./i.exec(connection.connectionString));
  if (named?.[1] !== undefined) return named[1];
  throw new Failure('invalid-settings', 'a storage connection does not tell the name of its account');
}

/** The account of the dumps. @throws Failure `not-configured` or `invalid-settings` */
export function backupStorage(environment: Environment): StorageConnection {
  const named = readConnection('BACKUP_STORAGE', environment);
  if (named !== undefined) return named;
  const account = environment['AZURE_STORAGE_ACCOUNT']?.trim();
  const key = environment['AZURE_STORAGE_ACCOUNT_KEY']?.trim();
  if (account && key) {
    const connectionString = `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=core.windows.net`;
    return { kind: 'connection-string', connectionString, usesAccountKey: true };
  }
  throw new Failure('not-configured', 'BACKUP_STORAGE is not set, so there is nowhere to keep dumps');
}

/** The account of the photos and audio; undefined where none is configured. @throws Failure `invalid-settings` */
export function contentStorage(environment: Environment): StorageConnection | undefined {
  return readConnection('CONTENT_STORAGE', environment);
}

/**
 * The account of the second copies; undefined where none is wanted.
 *
 * @throws Failure `invalid-settings`, also for the account of the dumps itself
 */
export function secondCopyStorage(environment: Environment): StorageConnection | undefined {
  const second = readConnection('SECOND_COPY_STORAGE', environment);
  if (second !== undefined && placeOf(second) === placeOf(backupStorage(environment))) {
    throw new Failure('invalid-settings', 'SECOND_COPY_STORAGE is the account of the dumps: it must be another one');
  }
  return second;
}

/** Where the account's blobs are. */
function placeOf(connection: StorageConnection): string {
  if (connection.kind === 'identity') return connection.blobServiceUri.replace(/\/$/, '').toLowerCase();
  const { connectionString } = connection;
  const endpoint = /(?:^|;)\s*BlobEndpoint=([^;]+)/i.exec(connectionString)?.[1];
  const suffix = /(?:^|;)\s*EndpointSuffix=([^;]+)/i.exec(connectionString)?.[1] ?? 'core.windows.net';
  const name = /(?:^|;)\s*AccountName=([^;]+)/i.exec(connectionString)?.[1] ?? connectionString;
  return (endpoint ?? `https://${name.trim()}.blob.${suffix.trim()}`).trim().replace(/\/$/, '').toLowerCase();
}

/** Name of the Functions connection of queue and job records; the queue trigger is registered with it. */
export function stateConnectionName(environment: Environment): 'STATE_STORAGE' | 'AzureWebJobsStorage' {
  const isNamed = Object.entries(environment).some(
    ([name, value]) => (name === 'STATE_STORAGE' || name.startsWith('STATE_STORAGE__')) && value?.trim(),
  );
  return isNamed ? 'STATE_STORAGE' : 'AzureWebJobsStorage';
}

/** The account of queue and job records. @throws Failure `not-configured` or `invalid-settings` */
export function stateStorage(environment: Environment): StorageConnection {
  const name = stateConnectionName(environment);
  const connection = readConnection(name, environment);
  if (connection !== undefined) return connection;
  throw new Failure('not-configured', `${name} is not set, so there is nowhere to keep job records and tickets`);
}

function readConnection(name: string, environment: Environment): StorageConnection | undefined {
  const connectionString = environment[name]?.trim();
  if (connectionString) {
    const usesAccountKey = /(^|;)\s*AccountKey=/i.test(connectionString);
    return { kind: 'connection-string', connectionString, usesAccountKey };
  }
  const account = environment[`${name}__accountName`]?.trim();
  const blob = environment[`${name}__blobServiceUri`]?.trim() ?? serviceUri(account, 'blob');
  const queue = environment[`${name}__queueServiceUri`]?.trim() ?? serviceUri(account, 'queue');
  if (!blob && !queue) return undefined;
  for (const uri of [blob, queue]) {
    if (uri && !/^https:\/\/[^/?#]+\/?$/.test(uri)) {
      throw new Failure(
        'invalid-settings',
        `${name}: a service URI must look like https://ACCOUNT.blob.core.windows.net`,
      );
    }
  }
  const fromBlob = blob?.replace('.blob.', '.queue.');
  const clientId = environment[`${name}__clientId`]?.trim();
  return {
    kind: 'identity',
    blobServiceUri: blob ?? queue?.replace('.queue.', '.blob.') ?? '',
    queueServiceUri: queue ?? fromBlob ?? '',
    clientId: clientId === '' ? undefined : clientId,
  };
}

function serviceUri(account: string | undefined, service: 'blob' | 'queue'): string | undefined {
  return account ? `https://${account}.${service}.core.windows.net` : undefined;
}
