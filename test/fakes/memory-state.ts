import { StateContainer } from '../../shared/systems/job-ledger/state-container';

type Metadata = Readonly<Record<string, string>>;
interface Blob {
  readonly text: string;
  readonly version: string;
  readonly metadata: Metadata;
}

/** The state container in memory, for runs that are too many for real storage; held to the same contract as the real one. */
export class MemoryState extends StateContainer {
  private held = new Map<string, Blob>();
  /** The names that are held in their order; undefined: to be sorted with the next listing. */
  private inOrder: readonly string[] | undefined;
  private versions = 0;

  constructor() {
    const patience = { tryTimeoutMs: 1, maxTries: 1, retryDelayMs: 1, retryMaxDelayMs: 1 };
    super(() => Promise.reject(new Error('this container is in memory')), patience);
  }

  /** All values that another container has, with new versions. Its pages for people are left out: the app reads none. */
  async copyFrom(state: StateContainer): Promise<void> {
    for await (const { name, metadata } of state.blobs('')) {
      if (!name.endsWith('.json')) continue;
      await this.write(name, (await state.read(name))?.value, 'any', metadata);
    }
  }

  /** Remembers what is held now. What it gives back returns to that, as often as it is called. */
  keep(): () => void {
    const kept = new Map(this.held);
    return () => {
      this.held = new Map(kept);
      this.inOrder = undefined;
    };
  }

  override read(name: string): Promise<{ value: unknown; version: string } | undefined> {
    const blob = this.held.get(name);
    return Promise.resolve(blob && { value: JSON.parse(blob.text) as unknown, version: blob.version });
  }

  override write(
    name: string,
    value: unknown,
    expected: 'absent' | 'any' | { version: string },
    metadata: Metadata = {},
  ): Promise<string | undefined> {
    const before = this.held.get(name);
    if (expected === 'absent' && before !== undefined) return Promise.resolve(undefined);
    if (typeof expected === 'object' && before?.version !== expected.version) return Promise.resolve(undefined);
    return Promise.resolve(this.put(name, JSON.stringify(value), metadata));
  }

  override writeText(name: string, text: string): Promise<void> {
    this.put(name, text, {});
    return Promise.resolve();
  }

  override removeVersion(name: string, version: string): Promise<boolean> {
    const blob = this.held.get(name);
    if (blob !== undefined && blob.version !== version) return Promise.resolve(false);
    return this.remove(name).then(() => true);
  }

  override remove(name: string): Promise<void> {
    if (this.held.delete(name)) this.inOrder = undefined;
    return Promise.resolve();
  }

  override async *names(folder: string, deep: boolean): AsyncIterable<string> {
    for (const name of this.below(folder)) {
      if (deep || !name.slice(folder.length).includes('/')) yield await Promise.resolve(name);
    }
  }

  override async *blobs(prefix: string): AsyncIterable<{ name: string; metadata: Metadata }> {
    for (const name of this.below(prefix)) {
      yield await Promise.resolve({ name, metadata: this.held.get(name)?.metadata ?? {} });
    }
  }

  override folders(folder: string): Promise<string[]> {
    const found = this.below(folder).flatMap((name) => {
      const end = name.indexOf('/', folder.length);
      return end < 0 ? [] : [name.slice(0, end + 1)];
    });
    return Promise.resolve([...new Set(found)]);
  }

  private put(name: string, text: string, metadata: Metadata): string {
    this.versions += 1;
    const version = `"${this.versions}"`;
    if (!this.held.has(name)) this.inOrder = undefined;
    this.held.set(name, { text, version, metadata });
    return version;
  }

  private below(prefix: string): string[] {
    this.inOrder ??= [...this.held.keys()].sort();
    return this.inOrder.filter((name) => name.startsWith(prefix));
  }
}
