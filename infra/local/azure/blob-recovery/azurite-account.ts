import { Agent, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { BlobServiceClient, type BlobRequestConditions } from '@azure/storage-blob';
import type { LocalBlobStore } from '../../environment/azurite';
import { isSignedWith } from './shared-key';
import type { BlobContent } from './kept-blobs';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Azurite behind the simulator: asked with the caller's own request, which it authenticates, or with the account's key. */
export class AzuriteAccount {
  readonly service: BlobServiceClient;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly port: number;

  constructor(private readonly store: LocalBlobStore) {
    this.service = BlobServiceClient.fromConnectionString(store.connectionString);
    this.port = Number(new URL(store.blobUrl).port);
  }

  /** The caller's request and Azurite's answer, streamed. `adorn` may add headers. */
  async pass(
    incoming: IncomingMessage,
    answer: ServerResponse,
    adorn: (headers: IncomingHttpHeaders) => Record<string, string> = () => ({}),
  ): Promise<void> {
    const asked = this.ask(incoming);
    const sent = pipeline(incoming, asked);
    const [head] = (await once(asked, 'response')) as [IncomingMessage];
    answer.writeHead(head.statusCode ?? 500, { ...head.headers, ...adorn(head.headers) });
    await Promise.all([sent, pipeline(head, answer)]);
  }

  /** The caller's request with its body as it was read, and the whole answer. */
  async forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const asked = this.ask(incoming).end(body);
    const [head] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: head.statusCode ?? 500, headers: head.headers, body: await buffer(head) };
  }

  /** Why a call that Azurite does not know is refused; undefined for one that is signed, which it would answer with 501. */
  async refusalOf(incoming: IncomingMessage, body: Buffer): Promise<Answer | undefined> {
    if (isSignedWith(this.store.key, this.store.account, incoming)) return undefined;
    const answer = await this.forward(incoming, body);
    return answer.status === 501 ? undefined : answer;
  }

  /** Undefined: there is no such blob. */
  async read(container: string, blob: string, snapshot = ''): Promise<BlobContent | undefined> {
    const base = this.service.getContainerClient(container).getBlobClient(blob);
    const client = snapshot === '' ? base : base.withSnapshot(snapshot);
    try {
      const found = await client.download();
      return {
        bytes: found.readableStreamBody === undefined ? Buffer.alloc(0) : await buffer(found.readableStreamBody),
        contentType: found.contentType ?? 'application/octet-stream',
        cacheControl: found.cacheControl,
        metadata: found.metadata ?? {},
        tags: (found.tagCount ?? 0) > 0 ? (await base.getTags()).tags : {},
        lastModified: found.lastModified ?? new Date(0),
        etag: found.etag ?? '',
      };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }

  /** Makes the blob anew: Azurite gives it a time and an ETag of its own. */
  async write(
    container: string,
    blob: string,
    content: BlobContent,
    conditions: BlobRequestConditions = {},
  ): Promise<string> {
    const client = this.service.getContainerClient(container).getBlockBlobClient(blob);
    const done = await client.upload(content.bytes, content.bytes.length, {
      blobHTTPHeaders: {
        blobContentType: content.contentType,
        ...(content.cacheControl === undefined ? {} : { blobCacheControl: content.cacheControl }),
      },
      metadata: { ...content.metadata },
      ...(Object.keys(content.tags).length === 0 ? {} : { tags: { ...content.tags } }),
      conditions,
    });
    return done.etag ?? '';
  }

  close(): void {
    this.agent.destroy();
  }

  private ask(incoming: IncomingMessage): ReturnType<typeof request> {
    const { method, url: path, headers } = incoming;
    return request({ host: '127.0.0.1', port: this.port, method, path, headers, agent: this.agent });
  }
}
