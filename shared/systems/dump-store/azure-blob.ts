import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { StoredBlob } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import { listBlobs } from '../azure-storage/list-blobs';
import { asConflict, serviceCodeOf, statusOf, storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { BlobHead, BlobLabels, BlockUpload, CopyStore, DumpStore } from './dump-store';
import { readAhead } from './read-ahead';

const MAX_TEXT_BYTES = 32 * 1024 * 1024;
const CREATE_ONLY = { ifNoneMatch: '*' };

/** The dump store in Azure Blob Storage. The container is looked for on first use (`open`). */
export class AzureBlobDumpStore implements DumpStore, CopyStore {
  constructor(
    private readonly open: () => Promise<ContainerClient>,
    private readonly patience: StoragePatience,
  ) {}

  beginUpload(name: string, attempt: string): BlockUpload {
    return this.upload(name, attempt, new Map());
  }

  async resumeUpload(name: string, key: string): Promise<BlockUpload> {
    const found = await this.orMissing(`listing blocks of ${name}`, (container, abortSignal) =>
      container.getBlockBlobClient(name).getBlockList('uncommitted', { abortSignal }),
    );
    const staged = new Map((found?.uncommittedBlocks ?? []).map((block) => [block.name, block.size]));
    return this.upload(name, key, staged);
  }

  private upload(name: string, attempt: string, staged: ReadonlyMap<string, number>): BlockUpload {
    const blockIds: string[] = [];
    return {
      stage: async (block, signal) => {
        // ids of equal length, told apart by attempt: a worker that lost its claim cannot mix its blocks into ours
        const id = Buffer.from(`${attempt.padStart(12, '0').slice(-12)}-${String(blockIds.length).padStart(6, '0')}`);
        const blockId = id.toString('base64');
        blockIds.push(blockId);
        if (staged.get(blockId) === block.length) return;
        // the service refuses a block that was damaged on its way, instead of the verification at the end
        const transactionalContentMD5 = createHash('md5').update(block).digest();
        await this.orRefused(
          `staging a block of ${name}`,
          (container, abortSignal) =>
            container
              .getBlockBlobClient(name)
              .stageBlock(blockId, block, block.length, { abortSignal, transactionalContentMD5 }),
          signal,
        );
      },
      commit: (labels, signal) =>
        this.createOnly(
          `committing ${name}`,
          (container, abortSignal) =>
            container.getBlockBlobClient(name).commitBlockList(blockIds, { ...creation(labels), abortSignal }),
          signal,
        ),
    };
  }

  async head(name: string): Promise<BlobHead | undefined> {
    return this.orMissing(`looking at ${name}`, async (container, abortSignal) => {
      const found = await container.getBlobClient(name).getProperties({ abortSignal });
      return { sizeBytes: found.contentLength ?? 0, etag: found.etag ?? '', metadata: found.metadata ?? {} };
    });
  }

  readPieces(name: string, head: BlobHead, signal: AbortSignal): AsyncIterable<Buffer> {
    return readAhead(head.sizeBytes, async (into, offset, stop) => {
      try {
        await this.orRefused(
          `reading ${name}`,
          (container, abortSignal) =>
            container.getBlobClient(name).downloadToBuffer(into, offset, into.length, {
              abortSignal,
              blockSize: into.length,
              concurrency: 1,
              maxRetryRequestsPerBlock: 0,
              conditions: { ifMatch: head.etag },
            }),
          AbortSignal.any([signal, stop]),
        );
      } catch (error) {
        const status = error instanceof Failure ? statusOf(error.cause) : undefined;
        if (status !== 412 && status !== 404) throw error;
        throw new Failure('stored-bytes-differ', `${name} was changed or removed while it was read`, { cause: error });
      }
    });
  }

  createText(name: string, text: string, labels: BlobLabels): Promise<'created' | 'exists'> {
    return this.createOnly(`writing ${name}`, (container, abortSignal) => {
      const body = Buffer.from(text);
      return container.getBlockBlobClient(name).upload(body, body.length, { ...creation(labels), abortSignal });
    });
  }

  async readText(name: string): Promise<string | undefined> {
    return this.orMissing(`reading ${name}`, async (container, abortSignal) => {
      const blob = container.getBlobClient(name);
      const { contentLength = 0 } = await blob.getProperties({ abortSignal });
      if (contentLength === 0) return '';
      if (contentLength > MAX_TEXT_BYTES) {
        throw new Failure(
          'manifest-unreadable',
          `${name} has ${contentLength} bytes, more than any that the app writes`,
        );
      }
      return (await blob.downloadToBuffer(0, contentLength, { abortSignal })).toString('utf8');
    });
  }

  async setTags(name: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.orRefused(`tagging ${name}`, (container, abortSignal) =>
      container.getBlobClient(name).setTags({ ...tags }, { abortSignal }),
    );
  }

  async *list(prefix: string): AsyncIterable<StoredBlob> {
    let marker: string | undefined;
    do {
      const listing = { prefix, include: 'metadata,tags', pageSize: 5000, marker };
      const page = await this.call('listing the dumps', (container, abortSignal) =>
        listBlobs(container, listing, abortSignal),
      );
      yield* page.blobs;
      marker = page.next;
    } while (marker !== undefined);
  }

  private async createOnly(
    what: string,
    call: (container: ContainerClient, signal: AbortSignal) => Promise<unknown>,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'> {
    try {
      await this.call(what, call, signal);
      return 'created';
    } catch (error) {
      // 409 BlobAlreadyExists; 412 from a retry that meets its own first try
      if (serviceCodeOf(error) === 'BlobAlreadyExists' || statusOf(error) === 412) return 'exists';
      throw asConflict(what, error);
    }
  }

  private async orMissing<T>(
    what: string,
    call: (container: ContainerClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.call(what, call);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** For calls of which no 4xx answer means anything of its own. */
  private async orRefused<T>(
    what: string,
    call: (container: ContainerClient, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    try {
      return await this.call(what, call, signal);
    } catch (error) {
      const status = statusOf(error);
      if (error instanceof Failure || status === undefined) throw error;
      throw refused(what, status, error);
    }
  }

  private async call<T>(
    what: string,
    call: (container: ContainerClient, signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const container = await this.open();
    return storageCall(what, this.patience, (limited) => call(container, limited), signal);
  }
}

function refused(what: string, status: number, cause: unknown): Failure {
  const detail = `${what}: answered ${status} ${serviceCodeOf(cause) ?? ''}`.trim();
  if (status !== 409) return new Failure('storage-refused', detail, { cause });
  const hint =
    "look at the blob's leases, immutability and access tier: the store holds it in a state that forbids this";
  return new Failure('storage-conflict', detail, { cause, hint });
}

function creation(labels: BlobLabels): object {
  return {
    conditions: CREATE_ONLY,
    metadata: { ...labels.metadata },
    tags: { ...labels.tags },
    blobHTTPHeaders: { blobContentType: labels.contentType },
  };
}
