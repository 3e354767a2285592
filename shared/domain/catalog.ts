import { databaseOfBackup, readBlobName } from './backup-name';
import type { BackupKind } from './manifest';

/** One blob of the dump container as a listing tells it. */
export interface StoredBlob {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export const BACKUP_STATES = ['verified', 'expired', 'damaged', 'missing', 'foreign'] as const;
export type BackupState = (typeof BACKUP_STATES)[number];

/** One line of the catalog: a backup, or a blob that is none of ours. */
export interface CatalogEntry {
  readonly backupId: string | null;
  readonly kind: BackupKind | null;
  readonly database: string | null;
  readonly state: BackupState;
  readonly hold: 'none' | 'held';
  readonly snapshotAt: string;
  readonly sizeBytes: number;
  readonly sha256: string | null;
  readonly source: string | null;
  readonly blob: string;
}

/**
 * The catalog, newest first, from names, metadata and tags alone: what makes a backup is its manifest, never its tags'
 * `state`. A dump of ours without a manifest is unfinished and not listed (product.md §4).
 */
export function readCatalog(blobs: readonly StoredBlob[]): CatalogEntry[] {
  const byName = new Map(blobs.map((blob) => [blob.name, blob]));
  const named = new Set(blobs.map((blob) => blob.metadata['dumpblob']));
  const entries: CatalogEntry[] = [];
  for (const blob of blobs) {
    const ours = readBlobName(blob.name);
    if (ours?.role === 'manifest') entries.push(backupEntry(blob, ours, byName));
    // foreign: neither our metadata nor a manifest that names it (an adopted dump has no metadata of ours)
    else if (blob.metadata['jobid'] === undefined && !named.has(blob.name)) entries.push(foreignEntry(blob));
  }
  return entries.sort((one, other) =>
    one.snapshotAt === other.snapshotAt ? compare(other, one) : one.snapshotAt < other.snapshotAt ? 1 : -1,
  );
}

const compare = (one: CatalogEntry, other: CatalogEntry): number => (one.blob < other.blob ? -1 : 1);

function backupEntry(
  manifest: StoredBlob,
  named: { kind: BackupKind; backupId: string },
  byName: ReadonlyMap<string, StoredBlob>,
): CatalogEntry {
  const dumpName = manifest.metadata['dumpblob'] ?? manifest.name.replace(/\.manifest\.json$/, '.dump');
  const dump = byName.get(dumpName);
  const sizeBytes = Number(manifest.metadata['sizebytes'] ?? dump?.sizeBytes ?? 0);
  const expired = manifest.tags['retention'] === 'expired';
  const state = expired
    ? 'expired'
    : dump === undefined
      ? 'missing'
      : dump.sizeBytes === sizeBytes
        ? 'verified'
        : 'damaged';
  return {
    backupId: named.backupId,
    kind: named.kind,
    database: databaseOfBackup(named.backupId),
    state,
    hold: manifest.tags['hold'] === 'held' ? 'held' : 'none',
    snapshotAt: manifest.metadata['snapshotat'] ?? manifest.modifiedAt,
    sizeBytes,
    sha256: manifest.metadata['sha256'] ?? null,
    source: manifest.metadata['source'] ?? null,
    blob: dumpName,
  };
}

function foreignEntry(blob: StoredBlob): CatalogEntry {
  return {
    backupId: null,
    kind: null,
    database: null,
    state: 'foreign',
    hold: 'none',
    snapshotAt: blob.modifiedAt,
    sizeBytes: blob.sizeBytes,
    sha256: null,
    source: null,
    blob: blob.name,
  };
}
