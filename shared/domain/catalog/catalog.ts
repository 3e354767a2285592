import { databaseOfBackup, readBlobName } from '../backup/backup-name';
import type { BackupKind, Manifest } from '../backup/manifest';
import { isHeld, type RecordedState, UNCHANGED } from './recorded-state';

/** One blob of the dump container as a listing tells it. */
export interface StoredBlob {
  readonly name: string;
  readonly sizeBytes: number;
  /** ISO 8601 UTC. */
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
  /** When its manifest was written; differs from `snapshotAt` by years for an adopted dump. */
  readonly finishedAt: string;
  readonly sizeBytes: number;
  /** Of all tables; null where the manifest's metadata does not tell. */
  readonly rows: number | null;
  readonly sha256: string | null;
  readonly source: string | null;
  /** The release that the dump was taken before. */
  readonly release: string | null;
  readonly manifestVersion: number | null;
  readonly blob: string;
  /** The dump lies there with the size of its manifest, and nobody found it damaged; also of an expired one. */
  readonly isIntact: boolean;
}

/** What a manifest's blob says in its metadata, so that the catalog needs no read for each backup. */
export function manifestMetadata(manifest: Manifest): Record<string, string> {
  const rows = manifest.contents.tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    manifestversion: String(manifest.manifestVersion),
    jobid: manifest.jobId,
    dumpblob: manifest.dump.blob,
    snapshotat: manifest.snapshotAt,
    finishedat: manifest.finishedAt,
    sizebytes: String(manifest.dump.sizeBytes),
    rows: String(rows),
    sha256: manifest.dump.sha256,
    source: manifest.source,
    ...(manifest.release === null ? {} : { release: manifest.release.version }),
  };
}

/**
 * The catalog, newest first, from names, metadata, tags and what became known later: what makes a backup is its manifest,
 * never its tags' `state`. A dump of ours without a manifest is unfinished and not listed (product.md §4).
 */
export function readCatalog(
  blobs: readonly StoredBlob[],
  states: ReadonlyMap<string, RecordedState>,
  now: Date,
): CatalogEntry[] {
  const byName = new Map(blobs.map((blob) => [blob.name, blob]));
  const named = new Set(blobs.map((blob) => blob.metadata['dumpblob']));
  const entries: CatalogEntry[] = [];
  for (const blob of blobs) {
    const ours = readBlobName(blob.name);
    if (ours?.role === 'manifest') {
      entries.push(backupEntry(blob, ours, byName, states.get(ours.backupId) ?? UNCHANGED, now));
    }
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
  recorded: RecordedState,
  now: Date,
): CatalogEntry {
  const { metadata, tags } = manifest;
  const blob = metadata['dumpblob'] ?? manifest.name.replace(/\.manifest\.json$/, '.dump');
  const dump = byName.get(blob);
  const sizeBytes = Number(metadata['sizebytes'] ?? dump?.sizeBytes ?? 0);
  const isIntact = dump?.sizeBytes === sizeBytes && recorded.damaged === undefined;
  return {
    backupId: named.backupId,
    kind: named.kind,
    database: databaseOfBackup(named.backupId),
    state: stateOf(tags['retention'] === 'expired', dump !== undefined, isIntact),
    hold: isHeld(recorded, tags['hold'] === 'held', now) ? 'held' : 'none',
    snapshotAt: metadata['snapshotat'] ?? manifest.modifiedAt,
    finishedAt: metadata['finishedat'] ?? manifest.modifiedAt,
    sizeBytes,
    rows: metadata['rows'] === undefined ? null : Number(metadata['rows']),
    sha256: metadata['sha256'] ?? null,
    source: metadata['source'] ?? null,
    release: metadata['release'] ?? null,
    manifestVersion: Number(metadata['manifestversion'] ?? 1),
    blob,
    isIntact,
  };
}

/** A marked one reads as expired whether or not its dump is still there (product.md §4). */
function stateOf(isMarked: boolean, hasDump: boolean, isIntact: boolean): BackupState {
  if (isMarked) return 'expired';
  if (!hasDump) return 'missing';
  return isIntact ? 'verified' : 'damaged';
}

function foreignEntry(blob: StoredBlob): CatalogEntry {
  return {
    backupId: null,
    kind: null,
    database: null,
    state: 'foreign',
    hold: 'none',
    snapshotAt: blob.modifiedAt,
    finishedAt: blob.modifiedAt,
    sizeBytes: blob.sizeBytes,
    rows: null,
    sha256: null,
    source: null,
    release: null,
    manifestVersion: null,
    blob: blob.name,
    isIntact: false,
  };
}
