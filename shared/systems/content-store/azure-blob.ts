import type { BlobClient, BlobServiceClient } from '@azure/storage-blob';
import { type BlobHistory, historiesOf } from '../../domain/blobs/blob-history';
import { Failure } from '../../domain/failure';
import type { StorageConnection } from '../../config/storage-connections';
import { blobServiceClient } from '../azure-storage/clients';
import { asConflict, serviceCodeOf, statusOf, storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { ContentHead, ContentStore, DeletedContainer, HistoryList, HistoryPage, Promotion } from './content-store';
import { listEntries } from './list-entries';

const NO_CONTAINER =
  'a deleted container comes back by POST /api/undeletes {"container"}; else correct CONTENT_CONTAINERS';

/** The content account in Azure Blob Storage, opened on first use. */
export class AzureBlobContentStore implements ContentStore {
  private isFlat = false;
  private service: Promise<BlobServiceClient> | undefined;

  constructor(
    private readonly connection: () => StorageConnection | undefined,
    readonly containers: () => readonly string[],
    private readonly patience: StoragePatience,
  ) {}

  isConfigured(): boolean {
    return this.connection() !== undefined;
  }

  async serviceUrl(): Promise<string> {
    return (await this.open()).url;
  }

  async refuseHierarchicalNamespace(): Promise<void> {
    if (this.isFlat) return;
    const info = await this.call('asking for the kind of the content account', (service, abortSignal) =>
      service.getAccountInfo({ abortSignal }),
    ).catch((error: unknown) => {
      // an identity may be kept from this one call; the recovery itself then tells
      if (error instanceof Failure && error.code === 'storage-refused') return undefined;
      throw error;
    });
    if (info?.isHierarchicalNamespaceEnabled === true) {
      throw new Failure('undelete-impossible', 'the content account has a hierarchical namespace');
    }
    this.isFlat = true;
  }

  async listHistories(container: string, page: HistoryPage, signal?: AbortSignal): Promise<HistoryList> {
    const { place, prefix, pageSize } = page;
    const list = await this.entries(container, { prefix, pageSize, marker: place?.marker }, signal);
    const entries = list.entries.filter(({ name }) => place === undefined || name > place.after);
    if (list.next === undefined) return { histories: historiesOf(entries), next: undefined };
    // the page may end within a blob's history: that one is read by itself
    const last = entries.at(-1)?.name;
    if (last === undefined) return { histories: [], next: { marker: list.next, after: place?.after ?? '' } };
    const whole = historiesOf(entries.filter(({ name }) => name !== last));
    const histories = [...whole, await this.readHistory(container, last, signal)];
    return { histories, next: { marker: list.next, after: last } };
  }

  async readHistory(container: string, name: string, signal?: AbortSignal): Promise<BlobHistory> {
    const entries = [];
    let marker: string | undefined;
    do {
      const list = await this.entries(container, { prefix: name, pageSize: 1000, marker }, signal);
      const own = list.entries.filter((entry) => entry.name === name);
      entries.push(...own);
      // its entries come before those of every longer name
      marker = own.length === list.entries.length ? list.next : undefined;
    } while (marker !== undefined);
    return historiesOf(entries)[0] ?? { name, live: undefined, kept: [] };
  }

  async head(container: string, name: string, signal?: AbortSignal): Promise<ContentHead | undefined> {
    const found = await this.orNothing([404], 'looking at a blob', { container, name }, signal, (blob, abortSignal) =>
      blob.getProperties({ abortSignal }),
    ).catch((error: unknown) => {
      if (isMissingContainer(error)) return undefined;
      throw error;
    });
    if (found === undefined) return undefined;
    const { etag = '', lastModified, copySource } = found;
    return { etag, writtenAt: (lastModified ?? new Date(0)).toISOString(), copiedFrom: copySource };
  }

  async undelete(container: string, name: string, signal?: AbortSignal): Promise<'done' | 'gone'> {
    const done = await this.orNothing([404], 'undeleting a blob', { container, name }, signal, (blob, abortSignal) =>
      blob.undelete({ abortSignal }),
    );
    return done === undefined ? 'gone' : 'done';
  }

  async snapshot(container: string, name: string, etag: string, signal?: AbortSignal): Promise<'done' | 'changed'> {
    const made = await this.orNothing([404, 412], 'keeping a blob', { container, name }, signal, (blob, abortSignal) =>
      blob.createSnapshot({ abortSignal, conditions: { ifMatch: etag } }),
    );
    return made === undefined ? 'changed' : 'done';
  }

  async promote({ container, name, source, over }: Promotion, signal?: AbortSignal): Promise<'done' | 'changed'> {
    const conditions = over === undefined ? { ifNoneMatch: '*' } : { ifMatch: over };
    const copied = await this.orNothing(
      [412],
      'copying over a blob',
      { container, name },
      signal,
      (blob, abortSignal) => startCopy(blob, source, { conditions, abortSignal }),
    );
    if (copied === undefined) return 'changed';
    return copied;
  }

  async listDeletedContainers(): Promise<DeletedContainer[]> {
    return this.call('listing deleted containers', async (service, abortSignal) => {
      const found: DeletedContainer[] = [];
      for await (const { name, deleted, version, properties } of service.listContainers({
        includeDeleted: true,
        abortSignal,
      })) {
        if (deleted !== true || version === undefined || properties.deletedOn === undefined) continue;
        const daysLeft = properties.remainingRetentionDays ?? 0;
        found.push({ name, version, deletedAt: properties.deletedOn.toISOString(), daysLeft });
      }
      return found;
    });
  }

  async undeleteContainer({ name, version }: DeletedContainer, signal?: AbortSignal): Promise<void> {
    try {
      await this.call(
        `undeleting the container ${name}`,
        (service, abortSignal) => service.undeleteContainer(name, version, { abortSignal }),
        signal,
      );
    } catch (error) {
      throw asConflict(`undeleting the container ${name}`, error);
    }
  }

  private open(): Promise<BlobServiceClient> {
    const connection = this.connection();
    if (connection === undefined) {
      throw new Failure(
        'not-configured',
        'CONTENT_STORAGE is not set, so it is not known where the photos and audio are',
      );
    }
    this.service ??= blobServiceClient(connection);
    return this.service;
  }

  private entries(
    container: string,
    page: Parameters<typeof listEntries>[1],
    signal?: AbortSignal,
  ): ReturnType<typeof listEntries> {
    const what = `listing ${container}`;
    return this.call(
      what,
      (service, abortSignal) => listEntries(service.getContainerClient(container), page, abortSignal),
      signal,
    ).catch((error: unknown) => {
      throw asConflict(what, error);
    });
  }

  private async orNothing<T>(
    statuses: readonly number[],
    what: string,
    { container, name }: { readonly container: string; readonly name: string },
    signal: AbortSignal | undefined,
    run: (blob: BlobClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.call(
        what,
        (service, abortSignal) => run(service.getContainerClient(container).getBlobClient(name), abortSignal),
        signal,
      );
    } catch (error) {
      const isExists = serviceCodeOf(error) === 'BlobAlreadyExists' && statuses.includes(412);
      if (isExists || (!(error instanceof Failure) && statuses.includes(statusOf(error) ?? 0))) return undefined;
      throw asConflict(what, error);
    }
  }

  private async call<T>(
    what: string,
    run: (service: BlobServiceClient, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const service = await this.open();
    return storageCall(what, this.patience, (limited) => run(service, limited), signal, NO_CONTAINER);
  }
}

const isMissingContainer = (error: unknown): boolean =>
  error instanceof Failure && serviceCodeOf(error.cause ?? {}) === 'ContainerNotFound';

/** Within one account a copy is done at once as a rule; one that is under way is waited for. */
async function startCopy(
  blob: BlobClient,
  source: Promotion['source'],
  options: { conditions: { ifMatch?: string; ifNoneMatch?: string }; abortSignal: AbortSignal },
): Promise<'done'> {
  const from = source.kind === 'snapshot' ? blob.withSnapshot(source.id) : blob.withVersion(source.id);
  const poller = await blob.beginCopyFromURL(from.url, options);
  await poller.pollUntilDone();
  return 'done';
}
