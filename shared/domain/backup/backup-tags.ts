import { backupBlobs } from './backup-name';
import type { CatalogEntry, StoredBlob } from '../catalog/catalog';

/** The index tags of a published backup, the same on its manifest, dump and globals (product.md §4). */
export type PublishedTags = Readonly<Record<'kind' | 'database' | 'state' | 'retention' | 'hold', string>>;

export function publishedTags(
  entry: Pick<CatalogEntry, 'kind' | 'database'>,
  retention: 'keep' | 'expired',
  hold: 'none' | 'held',
): PublishedTags {
  return { kind: entry.kind ?? '', database: entry.database ?? '', state: 'verified', retention, hold };
}

/**
 * The blobs of a backup that are there, in the order in which a mark is lifted: the dump first and the manifest last, so
 * that whatever dies in between, no backup is offered whose dump is still marked. A mark is set in the opposite order.
 */
export function blobsOf(entry: CatalogEntry, byName: ReadonlyMap<string, StoredBlob>): StoredBlob[] {
  if (entry.kind === null || entry.backupId === null) return [];
  const { globals, manifest } = backupBlobs(entry.kind, entry.backupId);
  return [entry.blob, globals, manifest].flatMap((name) => byName.get(name) ?? []);
}
