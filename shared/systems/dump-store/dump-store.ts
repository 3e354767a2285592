import type { StoredBlob } from '../../domain/catalog/catalog';

/**
 * The container of the dumps. Nothing here can overwrite or delete a blob: dumps, manifests and globals are created
 * only where none of the name exists, and afterwards only their tags change.
 *
 * Failures of every method: `storage-unavailable` after the configured tries, `storage-refused` for 401, 403 and a
 * missing container, the reason of an aborted signal.
 */
export interface DumpStore {
  /** Begins a blob whose bytes arrive in blocks and which exists only after `commit`. */
  beginUpload(name: string, attempt: string): BlockUpload;
  head(name: string): Promise<BlobHead | undefined>;
  /**
   * The stored bytes in order, in pieces of up to 8 MiB, up to three of them fetched ahead (24 MiB of memory). A piece is
   * valid until the next one is asked for.
   *
   * @throws Failure `stored-bytes-differ` when the blob changed (ETag) while it was read
   */
  readPieces(name: string, head: BlobHead, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Creates a small text blob. `exists`: one of that name was there and is untouched. */
  createText(name: string, text: string, labels: BlobLabels): Promise<'created' | 'exists'>;
  /** @throws Failure `manifest-unreadable` for one of more than 32 MiB: 100,000 tables are 10 MiB */
  readText(name: string): Promise<string | undefined>;
  setTags(name: string, tags: Readonly<Record<string, string>>): Promise<void>;
  list(prefix: string): AsyncIterable<StoredBlob>;
}

export interface BlobHead {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface BlobLabels {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface BlockUpload {
  /** Stages one block. Blocks may be staged at the same time; their order is that of the calls. */
  stage(block: Buffer, signal: AbortSignal): Promise<void>;
  /** Makes the blob of all staged blocks. `exists`: a blob of that name was there and is untouched. */
  commit(labels: BlobLabels, signal: AbortSignal): Promise<'created' | 'exists'>;
}

/** The same container in a second account: what is there already is left alone. Failures as those of DumpStore. */
export interface CopyStore extends Pick<DumpStore, 'head' | 'readPieces' | 'createText' | 'readText'> {
  /**
   * Begins a blob, or goes on with one: blocks that were staged under this key before, at the same place and of the same size,
   * are not sent again. The key stands for the content, so that any worker's blocks are as good as one's own.
   */
  resumeUpload(name: string, key: string): Promise<BlockUpload>;
}
