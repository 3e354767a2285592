import type { BlobServiceClient } from '@azure/storage-blob';
import type { StorageConnection } from '../../config/storage-connections';
import { blobServiceClient } from '../azure-storage/clients';
import { storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { ContentBlobs } from './content-blobs';

export class AzureContentBlobs implements ContentBlobs {
  constructor(
    private readonly connection: () => StorageConnection | undefined,
    private readonly containers: () => readonly string[],
    private readonly patience: StoragePatience,
  ) {}

  private service: Promise<BlobServiceClient> | undefined;

  isConfigured(): boolean {
    return this.connection() !== undefined;
  }

  async exists(url: string, signal: AbortSignal): Promise<boolean> {
    const service = await this.open();
    if (service === undefined) return false;
    const place = placeOf(url, service.url);
    if (place === undefined || !this.containers().includes(place.container)) return false;
    const blob = service.getContainerClient(place.container).getBlobClient(place.name);
    return storageCall('looking for an asset', this.patience, (abortSignal) => blob.exists({ abortSignal }), signal);
  }

  private open(): Promise<BlobServiceClient> | undefined {
    const connection = this.connection();
    if (connection === undefined) return undefined;
    this.service ??= blobServiceClient(connection);
    return this.service;
  }
}

/** Container and name, both decoded; undefined for a URL that is not of this account. */
function placeOf(url: string, account: string): { container: string; name: string } | undefined {
  const base = account.endsWith('/') ? account : `${account}/`;
  try {
    const { href } = new URL(url, base);
    if (!href.startsWith(base)) return undefined;
    const [path = ''] = href.slice(base.length).split(/[?#]/);
    const [container = '', ...name] = path.split('/').map(decodeURIComponent);
    return { container, name: name.join('/') };
  } catch {
    return undefined;
  }
}
