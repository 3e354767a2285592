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

interface LastReading {
  readonly begunAtMs: number;
  readonly catalog: Promise<Catalog>;
}

/** Of each container, what was read last; for those who only show it. */
const lastReadings = new WeakMap<Needs['dumpStore'], LastReading>();

/**
 * The whole catalog: one listing of the dumps, one of the states, and a read for each state that says something. Seconds with
 * thousands of backups, so a page that shows the same list again may take what this process read at most `maxAgeMs` ago, or is
 * reading. Who decides anything by it reads anew: the default.
 */
export function readWholeCatalog(systems: Needs, maxAgeMs = 0): Promise<Catalog> {
  const last = lastReadings.get(systems.dumpStore);
  const nowMs = systems.clock.now().getTime();
  if (last !== undefined && nowMs - last.begunAtMs < maxAgeMs) return last.catalog;
  const catalog = readAnew(systems);
  lastReadings.set(systems.dumpStore, { begunAtMs: nowMs, catalog });
  // a failure is told to those who asked, not to those who come later
  catalog.catch(() => lastReadings.delete(systems.dumpStore));
  return catalog;
}

/** When the catalog that `readWholeCatalog` gives now was read, milliseconds ago; 0: it will be read anew. */
export function catalogAgeMs({ clock, dumpStore }: Needs, maxAgeMs: number): number {
  const last = lastReadings.get(dumpStore);
  const ageMs = last === undefined ? 0 : clock.now().getTime() - last.begunAtMs;
  return ageMs < maxAgeMs ? ageMs : 0;
}

/** The same of the dumps from before releases alone, read anew. */
export const readReleaseDumps = (systems: Needs): Promise<Catalog> => readAnew(systems, 'pre-release/');

async function readAnew(systems: Needs, prefix = ''): Promise<Catalog> {
  const [blobs, states] = await Promise.all([storedBlobs(systems, prefix), systems.backupStates.readMany(undefined)]);
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
