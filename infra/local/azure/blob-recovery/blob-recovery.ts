import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { LocalBlobStore } from '../../environment/azurite';
import { notSimulated, refusal } from './answers';
import { type Answer, AzuriteAccount } from './azurite-account';
import * as blobs from './blob-operations';
import { DeletedContainers } from './container-operations';
import { KeptBlobs } from './kept-blobs';
import { mergeListing, readPlace } from './list-blobs';
import { isSimulated, liveListing, readListRequest } from './list-request';
import { blobOperation } from './blob-operation';
import { readKept } from './read-kept';
import { type RecoveryPolicy, SOFT_DELETE_14_DAYS } from './recovery-policy';

interface ObservedRequest {
  readonly method: string;
  /** `container/blob` */
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface BlobRecoveryOptions {
  readonly policy?: Partial<RecoveryPolicy>;
  /** Default: the machine's clock. A test moves it to see retention times end. */
  readonly now?: () => Date;
  readonly port?: number;
  /** Told of each request before it is carried out. */
  readonly observe?: (request: ObservedRequest) => void;
}

/** An account that keeps what is deleted or overwritten: Azurite behind this address. README.md says how far it goes. */
export class BlobRecovery {
  readonly policy: RecoveryPolicy;
  private readonly account: blobs.Account;
  private readonly containers: DeletedContainers;
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly server = createServer((incoming, answer) => void this.handle(incoming, answer));
  private lastId = 0n;

  private constructor(
    private readonly store: LocalBlobStore,
    private readonly options: BlobRecoveryOptions,
  ) {
    this.policy = { ...SOFT_DELETE_14_DAYS, ...options.policy };
    const now = options.now ?? (() => new Date());
    this.account = {
      azurite: new AzuriteAccount(store),
      kept: new KeptBlobs(),
      policy: this.policy,
      now,
      nextId: () => this.nextId(now()),
      currentVersions: new Map(),
      copies: new Map(),
    };
    this.containers = new DeletedContainers(this.account);
    this.server.keepAliveTimeout = 120_000;
  }

  static async start(store: LocalBlobStore, options: BlobRecoveryOptions = {}): Promise<BlobRecovery> {
    const simulator = new BlobRecovery(store, options);
    simulator.server.listen(options.port ?? 0, '127.0.0.1');
    await once(simulator.server, 'listening');
    await simulator.announcePolicy();
    return simulator;
  }

  get blobUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.store.account}`;
  }

  /** The store's own with this address in the place of Azurite's: the same account and key. */
  get connectionString(): string {
    return this.store.connectionString.replace(/BlobEndpoint=[^;]*/, () => `BlobEndpoint=${this.blobUrl}`);
  }

  /** Changes what the account promises, as ARM does, and what Get Blob Service Properties then tells. */
  async setPolicy(changes: Partial<RecoveryPolicy>): Promise<void> {
    Object.assign(this.policy, changes);
    await this.announcePolicy();
  }

  /** Puts blobs there that were deleted `at`, without the thousands of calls that would bring it about. */
  addDeleted(container: string, names: readonly string[], text: (name: string) => string, at: Date): void {
    for (const name of names) {
      const content = { ...TEXT, bytes: Buffer.from(text(name)), lastModified: at };
      this.account.kept.add(container, name, { kind: 'base', id: '', content, deletedAt: at });
    }
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
    this.account.azurite.close();
  }

  private announcePolicy(): Promise<unknown> {
    const days = this.policy.blobSoftDeleteDays;
    const deleteRetentionPolicy = days === undefined ? { enabled: false } : { enabled: true, days };
    return this.account.azurite.service.setProperties({ deleteRetentionPolicy });
  }

  private async handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const url = new URL(incoming.url ?? '/', 'http://store');
      const [, , container = '', ...path] = url.pathname.split('/').map(decodeURIComponent);
      const blob = path.join('/');
      this.account.kept.forgetExpired(this.account.now(), this.policy.blobSoftDeleteDays);
      const query = url.searchParams;
      this.options.observe?.({ method: incoming.method ?? 'GET', path: `${container}/${blob}`, query });
      const simulated =
        container === '' || container === '?'
          ? await this.ofAccount(incoming, query)
          : blob === ''
            ? await this.ofContainer(incoming, container, query)
            : await this.ofBlob({ incoming, container, blob, query });
      if (simulated === undefined) {
        await this.account.azurite.pass(incoming, answer, (headers) =>
          this.adornments({ container, blob }, headers.etag),
        );
      } else send(answer, simulated);
    } catch (error) {
      if (answer.headersSent) answer.destroy();
      else send(answer, refusal(500, 'SimulatorError', error instanceof Error ? error.message : 'unknown'));
    }
  }

  private async ofAccount(incoming: IncomingMessage, query: URLSearchParams): Promise<Answer | undefined> {
    const comp = query.get('comp');
    const { azurite } = this.account;
    if (comp === 'batch') return notSimulated('batches: what they delete could not be kept');
    if (comp === 'list' && (query.get('include') ?? '').split(',').includes('deleted')) {
      const answer = await azurite.forward(incoming, Buffer.alloc(0));
      if (answer.status !== 200 || query.has('marker')) return answer;
      return withBody(answer, this.containers.addTo(answer.body.toString(), query.get('prefix') ?? ''));
    }
    if (comp !== 'properties') return undefined;
    if (query.get('restype') === 'account') {
      const answer = await azurite.forward(incoming, Buffer.alloc(0));
      const told = { 'x-ms-is-hns-enabled': String(this.policy.isHierarchicalNamespace) };
      return { ...answer, headers: { ...answer.headers, ...told } };
    }
    if (incoming.method !== 'PUT') return undefined;
    const body = await buffer(incoming);
    const answer = await azurite.forward(incoming, body);
    const retention = /<DeleteRetentionPolicy>.*?<\/DeleteRetentionPolicy>/s.exec(body.toString())?.[0];
    if (answer.status === 202 && retention !== undefined) {
      const days = Number(/<Days>(\d+)<\/Days>/.exec(retention)?.[1] ?? 7);
      this.policy.blobSoftDeleteDays = retention.includes('<Enabled>true</Enabled>') ? days : undefined;
    }
    return answer;
  }

  private async ofContainer(
    incoming: IncomingMessage,
    name: string,
    query: URLSearchParams,
  ): Promise<Answer | undefined> {
    const comp = query.get('comp');
    if (comp === 'batch') return notSimulated('batches: what they delete could not be kept');
    if (incoming.method === 'DELETE' && comp === null)
      return this.containers.remove(incoming, await buffer(incoming), name);
    if (incoming.method === 'PUT' && comp === 'undelete') {
      return this.containers.restore(incoming, await buffer(incoming), name);
    }
    if (incoming.method !== 'GET' || comp !== 'list') return undefined;
    return this.list(incoming, name, query);
  }

  private async list(
    incoming: IncomingMessage,
    container: string,
    query: URLSearchParams,
  ): Promise<Answer | undefined> {
    const list = readListRequest(query);
    if (!isSimulated(list)) return undefined;
    if (list.isByHierarchy) return notSimulated('listings by hierarchy of what is deleted');
    const place = readPlace(list.marker);
    if (place === undefined) return refusal(400, 'OutOfRangeInput', 'One of the request inputs is out of range.');
    const { azurite, kept, currentVersions, now } = this.account;
    const answer = await azurite.forward(incoming, Buffer.alloc(0));
    if (answer.status !== 200) return answer;
    // only Azurite's own first page is what the caller's request says: its later places are not ours
    const live =
      list.marker === null
        ? answer.body.toString()
        : await liveListing(azurite.service, container, list, place.azuriteMarker);
    const held = kept.names(container, list.prefix).map((name) => ({ name, generations: kept.of(container, name) }));
    const options = { ...list, place, now: now(), softDeleteDays: this.policy.blobSoftDeleteDays };
    return withBody(
      answer,
      mergeListing(live, held, options, (blob) =>
        list.include.has('versions') ? currentVersions.get(blobs.keyOf({ container, blob })) : undefined,
      ),
    );
  }

  private async ofBlob(asked: Omit<blobs.BlobRequest, 'body'>): Promise<Answer | undefined> {
    const { incoming, query } = asked;
    const operation = blobOperation(incoming, query, this.policy);
    if (operation === undefined) {
      const isOfKept = query.has('snapshot') || query.has('versionid');
      return isOfKept && (incoming.method === 'GET' || incoming.method === 'HEAD')
        ? readKept(this.account, asked)
        : undefined;
    }
    const body = await buffer(incoming);
    // one after the other for each blob: what is kept must be what was there
    const key = blobs.keyOf(asked);
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(() => operation(this.account, { ...asked, body }));
    this.turns.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  }

  private adornments(asked: { container: string; blob: string }, etag: string | undefined): Record<string, string> {
    const copy = this.account.copies.get(blobs.keyOf(asked));
    if (copy === undefined || copy.etag !== etag) return {};
    return { 'x-ms-copy-id': copy.copyId, 'x-ms-copy-source': copy.source, 'x-ms-copy-status': 'success' };
  }

  private nextId(now: Date): string {
    const ticks = BigInt(now.getTime()) * 10_000n;
    this.lastId = ticks > this.lastId ? ticks : this.lastId + 1n;
    const whole = new Date(Number(this.lastId / 10_000n)).toISOString().slice(0, -1);
    return `${whole}${String(this.lastId % 10_000n).padStart(4, '0')}Z`;
  }
}

const TEXT = { contentType: 'text/plain', cacheControl: undefined, metadata: {}, tags: {}, etag: '"0x0"' };

function withBody(answer: Answer, text: string): Answer {
  const body = Buffer.from(text);
  const { 'transfer-encoding': _chunked, ...headers } = answer.headers;
  return { ...answer, headers: { ...headers, 'content-length': String(body.length) }, body };
}

function send(answer: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _theirs, 'keep-alive': _too, ...passed } = headers;
  answer.writeHead(status, passed).end(body);
}
