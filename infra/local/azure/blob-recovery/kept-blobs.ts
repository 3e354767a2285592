/** The content of a blob at some time, with all that a client can see of it. */
export interface BlobContent {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly lastModified: Date;
  readonly etag: string;
}

/** One that Azurite does not have: a deleted blob, a snapshot (live or deleted) or an earlier version. */
export interface Generation {
  readonly kind: 'base' | 'snapshot' | 'version';
  /** The snapshot's or the version's time, 7 fractional digits; empty for a deleted base blob. */
  readonly id: string;
  readonly content: BlobContent;
  /** Undefined: a live snapshot or an earlier version, which no retention time ends. */
  readonly deletedAt: Date | undefined;
}

const DAY_MS = 86_400_000;

/** What the simulator holds of one account, in memory: container → blob → its generations. */
export class KeptBlobs {
  private prunedAtMs = 0;
  private readonly containers = new Map<string, Map<string, readonly Generation[]>>();

  of(container: string, blob: string): readonly Generation[] {
    return this.containers.get(container)?.get(blob) ?? [];
  }

  find(container: string, blob: string, kind: Generation['kind'], id: string): Generation | undefined {
    return this.of(container, blob).find((kept) => kept.kind === kind && kept.id === id);
  }

  add(container: string, blob: string, ...generations: readonly Generation[]): void {
    this.set(container, blob, [...this.of(container, blob), ...generations]);
  }

  set(container: string, blob: string, generations: readonly Generation[]): void {
    const blobs = this.containers.get(container) ?? new Map<string, readonly Generation[]>();
    this.containers.set(container, blobs);
    if (generations.length === 0) blobs.delete(blob);
    else blobs.set(blob, generations);
  }

  /** Names that something is kept of, in the order of a listing. */
  names(container: string, prefix: string): string[] {
    return [...(this.containers.get(container)?.keys() ?? [])].filter((name) => name.startsWith(prefix)).sort();
  }

  takeContainer(container: string): ReadonlyMap<string, readonly Generation[]> {
    const taken = this.containers.get(container) ?? new Map<string, readonly Generation[]>();
    this.containers.delete(container);
    return taken;
  }

  /** The end of the retention time ends what was deleted: looked at when the clock has gone on by a second. */
  forgetExpired(now: Date, softDeleteDays: number | undefined): void {
    if (Math.abs(now.getTime() - this.prunedAtMs) < 1000) return;
    this.prunedAtMs = now.getTime();
    for (const [container, blobs] of this.containers) {
      for (const [blob, generations] of blobs) {
        const left = generations.filter((kept) => daysLeft(kept.deletedAt, now, softDeleteDays) > 0);
        if (left.length < generations.length) this.set(container, blob, left);
      }
    }
  }
}

/** Whole days until it is gone for good, rounded up; what was not deleted has no end. */
export function daysLeft(deletedAt: Date | undefined, now: Date, softDeleteDays: number | undefined): number {
  if (deletedAt === undefined) return Number.POSITIVE_INFINITY;
  return Math.ceil((softDeleteDays ?? 0) - (now.getTime() - deletedAt.getTime()) / DAY_MS);
}
