import type { StoredBlob } from '../../shared/domain/catalog/catalog';
import type { BlobHead, BlobLabels, BlockUpload, DumpStore } from '../../shared/systems/dump-store/dump-store';

interface Held {
  readonly blob: StoredBlob;
  readonly bytes: Buffer;
  readonly etag: string;
}

/** The container of the dumps in memory, for runs that are too many for real storage; held to the same contract as the real one. */
export class MemoryDumps implements DumpStore {
  private held = new Map<string, Held>();

  /** All that another store has, as it has it. */
  async copyFrom(store: DumpStore): Promise<void> {
    for await (const blob of store.list('')) {
      const head = await store.head(blob.name);
      if (head === undefined) continue;
      const pieces: Buffer[] = [];
      for await (const piece of store.readPieces(blob.name, head, new AbortController().signal)) {
        pieces.push(Buffer.from(piece));
      }
      this.held.set(blob.name, { blob, bytes: Buffer.concat(pieces), etag: head.etag });
    }
  }

  /** Remembers what is held now. What it gives back returns to that, as often as it is called. */
  keep(): () => void {
    const kept = new Map(this.held);
    return () => void (this.held = new Map(kept));
  }

  head(name: string): Promise<BlobHead | undefined> {
    const found = this.held.get(name);
    const { sizeBytes = 0, metadata = {} } = found?.blob ?? {};
    return Promise.resolve(found && { sizeBytes, metadata, etag: found.etag });
  }

  createText(name: string, text: string, labels: BlobLabels): Promise<'created' | 'exists'> {
    return Promise.resolve(this.create(name, Buffer.from(text), labels));
  }

  readText(name: string): Promise<string | undefined> {
    return Promise.resolve(this.held.get(name)?.bytes.toString('utf8'));
  }

  setTags(name: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const found = this.held.get(name);
    if (found !== undefined) this.held.set(name, { ...found, blob: { ...found.blob, tags } });
    return Promise.resolve();
  }

  async *list(prefix: string): AsyncIterable<StoredBlob> {
    for (const name of [...this.held.keys()].sort()) {
      const found = this.held.get(name);
      if (found !== undefined && name.startsWith(prefix)) yield await Promise.resolve(found.blob);
    }
  }

  beginUpload(name: string): BlockUpload {
    const blocks: Buffer[] = [];
    return {
      stage: (block) => Promise.resolve(void blocks.push(Buffer.from(block))),
      commit: (labels) => Promise.resolve(this.create(name, Buffer.concat(blocks), labels)),
    };
  }

  async *readPieces(name: string): AsyncIterable<Buffer> {
    const bytes = this.held.get(name)?.bytes;
    if (bytes !== undefined && bytes.length > 0) yield await Promise.resolve(bytes);
  }

  private create(name: string, bytes: Buffer, { metadata, tags }: BlobLabels): 'created' | 'exists' {
    if (this.held.has(name)) return 'exists';
    // a blob's time has whole seconds
    const modifiedAt = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
    const blob = { name, sizeBytes: bytes.length, modifiedAt, metadata, tags };
    this.held.set(name, { blob, bytes, etag: `"${this.held.size}"` });
    return 'created';
  }
}
