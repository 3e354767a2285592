import { blobsOf, publishedTags } from '../../domain/backup/backup-tags';
import type { CatalogEntry, StoredBlob } from '../../domain/catalog/catalog';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'dumpStore'>;
type Blobs = ReadonlyMap<string, StoredBlob>;

/** Keeps a backup, or lifts its mark: the dump first, the manifest last (backup-tags.ts). */
export async function tagKept(
  systems: Needs,
  entry: CatalogEntry,
  byName: Blobs,
  hold: 'none' | 'held',
): Promise<void> {
  const tags = publishedTags(entry, 'keep', hold);
  for (const blob of blobsOf(entry, byName)) await systems.dumpStore.setTags(blob.name, tags);
}

/** Marks a backup for the lifecycle policy: the manifest first, so that it is no longer offered when its dump is marked. */
export async function tagExpired(systems: Needs, entry: CatalogEntry, byName: Blobs): Promise<void> {
  const tags = publishedTags(entry, 'expired', 'none');
  for (const blob of blobsOf(entry, byName).reverse()) await systems.dumpStore.setTags(blob.name, tags);
}
