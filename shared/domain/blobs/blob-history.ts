/** What a storage account still knows of one blob. Times are ISO 8601 UTC, in whole seconds as listings tell them. */
export interface BlobHistory {
  readonly name: string;
  readonly live: { readonly etag: string; readonly writtenAt: string; readonly sizeBytes: number } | undefined;
  readonly kept: readonly KeptContent[];
}

/** Content that the blob has no longer: the deleted blob itself, a soft-deleted snapshot, or an earlier version. */
export interface KeptContent {
  readonly kind: 'base' | 'snapshot' | 'version';
  /** The snapshot's or the version's own time; empty for the base. */
  readonly id: string;
  readonly writtenAt: string;
  /**
   * When it was deleted or overwritten. Undefined for the last version of a blob that was deleted with versioning on:
   * no listing tells that time.
   */
  readonly endedAt: string | undefined;
  /** Undefined: an earlier version that is not deleted. */
  readonly deletedAt: string | undefined;
  readonly daysLeft: number | undefined;
  readonly sizeBytes: number;
}

/** One entry of a listing with deleted blobs, snapshots and versions. */
export interface BlobEntry {
  readonly name: string;
  readonly etag: string;
  readonly writtenAt: string;
  readonly sizeBytes: number;
  readonly isDeleted: boolean;
  readonly deletedAt: string | undefined;
  readonly daysLeft: number | undefined;
  readonly snapshot: string | undefined;
  readonly version: string | undefined;
  readonly isCurrentVersion: boolean;
}

/** The entries of a listing by blob, in their order. Live snapshots are left out: they are somebody's copies, and there. */
export function historiesOf(entries: readonly BlobEntry[]): BlobHistory[] {
  const byName = new Map<string, BlobEntry[]>();
  for (const entry of entries) {
    const own = byName.get(entry.name);
    if (own === undefined) byName.set(entry.name, [entry]);
    else own.push(entry);
  }
  return [...byName].map(([name, own]) => historyOf(name, own));
}

function historyOf(name: string, entries: readonly BlobEntry[]): BlobHistory {
  const live = entries.find(isLive);
  const kept = entries.filter((entry) => entry !== live && !(entry.snapshot !== undefined && !entry.isDeleted));
  const versions = entries.flatMap(({ version }) => version ?? []).sort();
  const following = new Map(versions.map((version, index) => [version, versions[index + 1]]));
  return {
    name,
    live: live && { etag: live.etag, writtenAt: live.writtenAt, sizeBytes: live.sizeBytes },
    kept: kept.map((entry) => keptContent(entry, following)),
  };
}

function isLive(entry: BlobEntry): boolean {
  if (entry.isDeleted || entry.snapshot !== undefined) return false;
  return entry.version === undefined || entry.isCurrentVersion;
}

function keptContent(entry: BlobEntry, following: ReadonlyMap<string, string | undefined>): KeptContent {
  const { writtenAt, sizeBytes, daysLeft, version, snapshot, deletedAt } = entry;
  const kind = snapshot !== undefined ? 'snapshot' : version !== undefined ? 'version' : 'base';
  const next = version === undefined ? undefined : following.get(version);
  const endedAt = kind === 'version' ? next && inSeconds(next) : deletedAt;
  return { kind, id: snapshot ?? version ?? '', writtenAt, endedAt, deletedAt, daysLeft, sizeBytes };
}

/** A time as a listing would tell it. */
export const inSeconds = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}.000Z`;
