import { StateContainer } from '../../shared/systems/job-ledger/state-container';

interface Blob {
  readonly text: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The state container in memory, for runs that are too many for real storage; held to the same contract as the real one. */
export class MemoryState extends StateContainer {
  private readonly held = new Map<string, Blob>();
  private versions = 0;

  constructor() {
    const patience = { tryTimeoutMs: 1, maxTries: 1, retryDelayMs: 1, retryMaxDelayMs: 1 };
    super(() => Promise.reject(new Error('this container is in memory')), patience);
  }

  clear(): void {
    this.held.clear();
  }

  override read(name: string): Promise<{ value: unknown; version: string } | undefined> {
    const blob = this.held.get(name);
    return Promise.resolve(blob && { value: JSON.parse(blob.text) as unknown, version: blob.version });
  }

  override write(
    name: string,
    value: unknown,
    expected: 'absent' | 'any' | { version: string },
    metadata: Readonly<Record<string, string>> = {},
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
    this.held.delete(name);
    return Promise.resolve(true);
  }

  override remove(name: string): Promise<void> {
    this.held.delete(name);
    return Promise.resolve();
  }

  override async *names(folder: string, deep: boolean): AsyncIterable<string> {
    for (const name of this.sorted(folder)) {
      if (deep || !name.slice(folder.length).includes('/')) yield await Promise.resolve(name);
    }
  }

  override async *blobs(prefix: string): AsyncIterable<{ name: string; metadata: Readonly<Record<string, string>> }> {
    for (const name of this.sorted(prefix)) {
      yield await Promise.resolve({ name, metadata: this.held.get(name)?.metadata ?? {} });
    }
  }

  override folders(folder: string): Promise<string[]> {
    const below = this.sorted(folder).flatMap((name) => {
      const end = name.indexOf('/', folder.length);
      return end < 0 ? [] : [name.slice(0, end + 1)];
    });
    return Promise.resolve([...new Set(below)]);
  }

  private put(name: string, text: string, metadata: Readonly<Record<string, string>>): string {
    this.versions += 1;
    const version = `"${this.versions}"`;
    this.held.set(name, { text, version, metadata });
    return version;
  }

  private sorted(prefix: string): string[] {
    return [...this.held.keys()].filter((name) => name.startsWith(prefix)).sort();
  }
}
