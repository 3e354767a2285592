import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { StorageConnection } from '../../config/storage-connections';
import { managedIdentity } from '../identity/managed-identity';

/** A single try each: storageCall repeats. */
const PIPELINE = { retryOptions: { maxTries: 1 } };

export async function blobServiceClient(connection: StorageConnection): Promise<BlobServiceClient> {
  if (connection.kind === 'connection-string') {
    return BlobServiceClient.fromConnectionString(connection.connectionString, PIPELINE);
  }
  const credential: TokenCredential = await managedIdentity(connection.clientId);
  return new BlobServiceClient(connection.blobServiceUri, credential, PIPELINE);
}

export async function containerClient(connection: StorageConnection, container: string): Promise<ContainerClient> {
  return (await blobServiceClient(connection)).getContainerClient(container);
}

export async function queueClient(connection: StorageConnection, queue: string): Promise<QueueClient> {
  if (connection.kind === 'connection-string') {
    return QueueServiceClient.fromConnectionString(connection.connectionString, PIPELINE).getQueueClient(queue);
  }
  const credential: TokenCredential = await managedIdentity(connection.clientId);
  return new QueueServiceClient(connection.queueServiceUri, credential, PIPELINE).getQueueClient(queue);
}
