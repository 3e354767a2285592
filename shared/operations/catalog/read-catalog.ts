import { type CatalogEntry, readCatalog, type StoredBlob } from '../../domain/catalog/catalog';
import type { RecordedState } from '../../domain/catalog/recorded-state';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore'>;

export interface Catalog {
  /** Newest first. */
  readonly entries: readonly CatalogEntry[];
  readonly byName: ReadonlyMap<string, StoredBlob>;
  readonly states: ReadonlyMap<string, RecordedState>;
}

/** The whole catalog: one listing of the dumps, one of the states, and a read for each state that says something. */
export async function readWholeCatalog(systems: Needs): Promise<Catalog> {
  const [blobs, states] = await Promise.all([storedBlobs(systems, ''), systems.backupStates.readMany(undefined)]);
  return {
    entries: readCatalog(blobs, states, systems.clock.now()),
    byName: new Map(blobs.map((blob) => [blob.name, blob])),
    states,
  };
}

export async function storedBlobs(systems: Pick<Systems, 'dumpStore'>, prefix: string): Promise<StoredBlob[]> {
  const blobs: StoredBlob[] = [];
  for await (const blob of systems.dumpStore.list(prefix)) blobs.push(blob);
  return blobs;
}
