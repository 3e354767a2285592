import type { StoredBlob } from '../../shared/domain/catalog/catalog';
import type { BlobHead, BlobLabels, BlockUpload, DumpStore } from '../../shared/systems/dump-store/dump-store';

/** What a request without a job does with the container of the dumps, in memory; held to the same contract as the real one. */
export class MemoryDumps implements DumpStore {
  private readonly held = new Map<string, StoredBlob & { readonly text: string; readonly etag: string }>();

  /** All that another store has, as it has it. Dumps are text here. */
  async copyFrom(store: DumpStore): Promise<void> {
    for await (const blob of store.list('')) {
      const head = await store.head(blob.name);
      const text = (await store.readText(blob.name)) ?? '';
      this.held.set(blob.name, { ...blob, text, etag: head?.etag ?? '' });
    }
  }

  head(name: string): Promise<BlobHead | undefined> {
    const blob = this.held.get(name);
    return Promise.resolve(blob && { sizeBytes: blob.sizeBytes, etag: blob.etag, metadata: blob.metadata });
  }

  createText(name: string, text: string, { metadata, tags }: BlobLabels): Promise<'created' | 'exists'> {
    if (this.held.has(name)) return Promise.resolve('exists');
    const sizeBytes = Buffer.byteLength(text);
    const modifiedAt = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();
    this.held.set(name, { name, text, sizeBytes, modifiedAt, metadata, tags, etag: `"${this.held.size}"` });
    return Promise.resolve('created');
  }

  readText(name: string): Promise<string | undefined> {
    return Promise.resolve(this.held.get(name)?.text);
  }

  setTags(name: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const blob = this.held.get(name);
    if (blob !== undefined) this.held.set(name, { ...blob, tags });
    return Promise.resolve();
  }

  async *list(prefix: string): AsyncIterable<StoredBlob> {
    for (const name of [...this.held.keys()].filter((each) => each.startsWith(prefix)).sort()) {
      const blob = this.held.get(name);
      if (blob === undefined) continue;
      const { text: _text, etag: _etag, ...listed } = blob;
      yield await Promise.resolve(listed);
    }
  }

  beginUpload(): BlockUpload {
    throw new Error('no request uploads a dump');
  }

  async *readPieces(name: string): AsyncIterable<Buffer> {
    yield await Promise.resolve(Buffer.from(this.held.get(name)?.text ?? ''));
  }
}
