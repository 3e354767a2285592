import type { ContainerClient } from '@azure/storage-blob';
import { listBlobs } from '../azure-storage/list-blobs';
import {
  asConflict,
  mayCreate,
  serviceCodeOf,
  statusOf,
  storageCall,
  type StoragePatience,
} from '../azure-storage/storage-call';

/** What the service says when a condition does not hold; a leased lock blob exists, too. */
const CONDITION_NOT_MET = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet', 'LeaseIdMissing']);

const NO_CONTAINER =
  'create the container, or give the identity the right to: the app makes it in STATE_STORAGE when it may';

interface Segment {
  readonly blobItems: readonly { readonly name: string }[];
}

/** The state container as small JSON blobs with versions. The app makes it when it is missing: it holds no dump. */
export class StateContainer {
  private opened: Promise<ContainerClient> | undefined;

  constructor(
    private readonly open: () => Promise<ContainerClient>,
    private readonly patience: StoragePatience,
  ) {}

  async read(name: string): Promise<{ value: unknown; version: string } | undefined> {
    try {
      return await this.call(`reading ${name}`, async (container, abortSignal) => {
        const answer = await container.getBlobClient(name).download(0, undefined, { abortSignal });
        const chunks: Buffer[] = [];
        for await (const chunk of answer.readableStreamBody ?? []) chunks.push(chunk as Buffer);
        return { value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown, version: answer.etag ?? '' };
      });
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** The new version; undefined when the condition does not hold: it exists (`*`), or has another version. */
  async write(
    name: string,
    value: unknown,
    expected: 'absent' | 'any' | { version: string },
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<string | undefined> {
    const body = Buffer.from(JSON.stringify(value));
    const conditions =
      expected === 'any' ? {} : expected === 'absent' ? { ifNoneMatch: '*' } : { ifMatch: expected.version };
    try {
      const written = await this.call(`writing ${name}`, (container, abortSignal) =>
        container.getBlockBlobClient(name).upload(body, body.length, {
          conditions,
          abortSignal,
          metadata: { ...metadata },
          blobHTTPHeaders: { blobContentType: 'application/json' },
        }),
      );
      return written.etag ?? '';
    } catch (error) {
      if (CONDITION_NOT_MET.has(serviceCodeOf(error) ?? '')) return undefined;
      if (statusOf(error) === 404 && typeof expected === 'object') return undefined;
      // an immutability policy, a foreign lease …: trying again would not end
      throw asConflict(`writing ${name}`, error);
    }
  }

  /** Changes a blob by compare-and-set, as often as it takes; `change` gets what is there, undefined when nothing is. */
  async change<T>(
    name: string,
    change: (found: unknown) => { readonly value: T; readonly metadata: Readonly<Record<string, string>> },
  ): Promise<T> {
    for (;;) {
      const found = await this.read(name);
      const { value, metadata } = change(found?.value);
      const expected = found === undefined ? 'absent' : { version: found.version };
      if ((await this.write(name, value, expected, metadata)) !== undefined) return value;
    }
  }

  /** Writes or replaces a text that only people read. */
  async writeText(name: string, text: string, contentType: string): Promise<void> {
    const body = Buffer.from(text);
    await this.call(`writing ${name}`, (container, abortSignal) =>
      container
        .getBlockBlobClient(name)
        .upload(body, body.length, { abortSignal, blobHTTPHeaders: { blobContentType: contentType } }),
    );
  }

  /** False when it has another version by now, and stays. Gone already is as good: true. */
  async removeVersion(name: string, version: string): Promise<boolean> {
    try {
      await this.call(`removing ${name}`, (container, abortSignal) =>
        container.getBlobClient(name).delete({ conditions: { ifMatch: version }, abortSignal }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return true;
      // a condition may fail because it is gone: of two that remove it, the second must not think that it was changed
      if (statusOf(error) === 412) return (await this.read(name)) === undefined;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await this.call(`removing ${name}`, (container, abortSignal) =>
      container.getBlobClient(name).deleteIfExists({ abortSignal }),
    );
  }

  /** Names below a folder; `deep` also those of its folders. */
  async *names(folder: string, deep: boolean): AsyncIterable<string> {
    let continuationToken: string | undefined;
    do {
      const page = await this.call(`listing ${folder}`, async (container, abortSignal) => {
        const settings = { maxPageSize: 5000, ...(continuationToken === undefined ? {} : { continuationToken }) };
        const pages = deep
          ? container.listBlobsFlat({ prefix: folder, abortSignal }).byPage(settings)
          : container.listBlobsByHierarchy('/', { prefix: folder, abortSignal }).byPage(settings);
        const { value } = (await pages.next()) as IteratorResult<
          { segment: Segment; continuationToken?: string },
          undefined
        >;
        return value;
      });
      for (const item of page?.segment.blobItems ?? []) yield item.name;
      continuationToken = page?.continuationToken || undefined;
    } while (continuationToken !== undefined);
  }

  /** Blobs whose names begin so, with what their metadata says; `pageSize` of them are asked for at a time, 5000 at most. */
  async *blobs(
    prefix: string,
    pageSize = 5000,
  ): AsyncIterable<{ name: string; metadata: Readonly<Record<string, string>> }> {
    let marker: string | undefined;
    do {
      const listing = { prefix, include: 'metadata', pageSize, marker };
      const page = await this.call(`listing ${prefix}`, (container, abortSignal) =>
        listBlobs(container, listing, abortSignal),
      );
      yield* page.blobs;
      marker = page.next;
    } while (marker !== undefined);
  }

  /** Folders directly below a folder, as `jobs/done/2026-11/`. */
  async folders(folder: string): Promise<string[]> {
    return this.call(`listing ${folder}`, async (container, abortSignal) => {
      const found: string[] = [];
      for await (const item of container.listBlobsByHierarchy('/', { prefix: folder, abortSignal })) {
        if (item.kind === 'prefix') found.push(item.name);
      }
      return found;
    });
  }

  async container(): Promise<ContainerClient> {
    this.opened ??= this.make().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }

  private async make(): Promise<ContainerClient> {
    const container = await this.open();
    await mayCreate('creating the state container', this.patience, container);
    return container;
  }

  private async call<T>(
    what: string,
    call: (container: ContainerClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const container = await this.container();
    return storageCall(what, this.patience, (signal) => call(container, signal), undefined, NO_CONTAINER);
  }
}
