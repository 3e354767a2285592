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

/** One listing of the dumps, and one of the states with a read for each that says something. Each may fail by itself. */
interface Reading {
  readonly begunAtMs: number;
  readonly blobs: Promise<readonly StoredBlob[]>;
  readonly states: Promise<ReadonlyMap<string, RecordedState>>;
  readonly catalog: Promise<Catalog>;
}

/** Of each container, what was read last; for those who only show it. */
const lastReadings = new WeakMap<Needs['dumpStore'], Reading>();

/**
 * The whole catalog. Seconds with thousands of backups, so a page that shows the same again may take what this process read at
 * most `maxAgeMs` ago, or is reading. Who decides anything by it reads anew: the default.
 */
export const readWholeCatalog = (systems: Needs, maxAgeMs = 0): Promise<Catalog> =>
  catalogReading(systems, maxAgeMs).catalog;

/** The same in its parts, for who goes on without one of them. */
export function catalogReading(systems: Needs, maxAgeMs = 0): Reading {
  const last = lastReadings.get(systems.dumpStore);
  const nowMs = systems.clock.now().getTime();
  if (last !== undefined && nowMs - last.begunAtMs < maxAgeMs) return last;
  const reading = readAnew(systems);
  lastReadings.set(systems.dumpStore, reading);
  // a failure is told to those who asked, not to those who come later
  reading.catalog.catch(() => {
    if (lastReadings.get(systems.dumpStore) === reading) lastReadings.delete(systems.dumpStore);
  });
  return reading;
}

/** When the catalog that `readWholeCatalog` gives now was read, milliseconds ago; 0: it will be read anew. */
export function catalogAgeMs({ clock, dumpStore }: Needs, maxAgeMs: number): number {
  const last = lastReadings.get(dumpStore);
  const ageMs = last === undefined ? 0 : clock.now().getTime() - last.begunAtMs;
  return ageMs < maxAgeMs ? ageMs : 0;
}

/** The same of the dumps from before releases alone, read anew. */
export const readReleaseDumps = (systems: Needs): Promise<Catalog> => readAnew(systems, 'pre-release/').catalog;

function readAnew(systems: Needs, prefix = ''): Reading {
  const now = systems.clock.now();
  const blobs = storedBlobs(systems, prefix);
  const states = systems.backupStates.readMany(undefined);
  const catalog = Promise.all([blobs, states]).then(([listed, recorded]) => ({
    entries: readCatalog(listed, recorded, systems.clock.now()),
    byName: new Map(listed.map((blob) => [blob.name, blob])),
    states: recorded,
  }));
  return { begunAtMs: now.getTime(), blobs, states, catalog };
}

export async function storedBlobs(systems: Pick<Systems, 'dumpStore'>, prefix: string): Promise<StoredBlob[]> {
  const blobs: StoredBlob[] = [];
  for await (const blob of systems.dumpStore.list(prefix)) blobs.push(blob);
  return blobs;
}
