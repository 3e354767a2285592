import { backupBlobs, isBackupId } from '../../domain/backup/backup-name';
import { type CatalogEntry, readCatalog, type StoredBlob } from '../../domain/catalog/catalog';
import { Failure } from '../../domain/failure';
import { BACKUP_KINDS } from '../../domain/backup/manifest';
import type { RecordedState } from '../../domain/catalog/recorded-state';
import type { Systems } from '../../systems/systems';
import { storedBlobs } from './read-catalog';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore'>;

export interface FoundEntry {
  readonly entry: CatalogEntry;
  readonly byName: ReadonlyMap<string, StoredBlob>;
  readonly recorded: RecordedState;
}

/** One backup with its blobs. @throws Failure `not-found`, also for a dump that never got a manifest */
export async function findEntry(systems: Needs, backupId: string): Promise<FoundEntry> {
  for (const kind of isBackupId(backupId) ? BACKUP_KINDS : []) {
    const blobs = await storedBlobs(systems, `${kind}/${backupId}.`);
    const manifest = blobs.find(({ name }) => name === backupBlobs(kind, backupId).manifest);
    if (manifest === undefined) continue;
    // an adopted dump lies where it lay before
    const dump = manifest.metadata['dumpblob'];
    if (dump !== undefined && !blobs.some(({ name }) => name === dump)) {
      blobs.push(...(await storedBlobs(systems, dump)).filter(({ name }) => name === dump));
    }
    const recorded = await systems.backupStates.read(backupId);
    const entries = readCatalog(blobs, new Map([[backupId, recorded]]), systems.clock.now());
    const entry = entries.find((candidate) => candidate.backupId === backupId);
    if (entry !== undefined) return { entry, byName: new Map(blobs.map((blob) => [blob.name, blob])), recorded };
  }
  throw new Failure('not-found', 'backupId: no such backup');
}
