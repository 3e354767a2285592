import { databaseOfBackup, readBlobName } from '../backup/backup-name';
import { blobsOf, publishedTags } from '../backup/backup-tags';
import { type CatalogEntry, readCatalog, type StoredBlob } from './catalog';
import type { RecordedState } from './recorded-state';

export interface Mending {
  readonly blob: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly reason: 'tags-behind' | 'unfinished';
}

/** How long a dump without a manifest is left to its job and to whoever runs that by hand. */
const UNFINISHED_AFTER_MS = 7 * 24 * 3600 * 1000;

/**
 * Tags that are not as they should be, in the order in which they must be set. Manifest, hold and time say how they should
 * be: a manifest that is marked marks its dump, a hold lifts both. A dump of ours without a manifest is marked when it is
 * seven days old and its job is no longer open.
 */
export function findMendings(
  blobs: readonly StoredBlob[],
  states: ReadonlyMap<string, RecordedState>,
  openJobs: ReadonlySet<string>,
  now: Date,
): Mending[] {
  const byName = new Map(blobs.map((blob) => [blob.name, blob]));
  const entries = readCatalog(blobs, states, now);
  const named = new Set(entries.flatMap((entry) => blobsOf(entry, byName).map(({ name }) => name)));
  const unfinished = blobs.filter(
    (blob) =>
      !named.has(blob.name) &&
      isOurs(blob) &&
      !openJobs.has(blob.metadata['jobid'] ?? '') &&
      now.getTime() - Date.parse(blob.modifiedAt) > UNFINISHED_AFTER_MS,
  );
  return [...entries.flatMap((entry) => mendEntry(entry, byName)), ...unfinished.flatMap(markUnfinished)];
}

const isOurs = (blob: StoredBlob): boolean => {
  const role = readBlobName(blob.name)?.role;
  return blob.metadata['jobid'] !== undefined && (role === 'dump' || role === 'globals');
};

function mendEntry(entry: CatalogEntry, byName: ReadonlyMap<string, StoredBlob>): Mending[] {
  const isMarked = entry.state === 'expired' && entry.hold === 'none';
  const tags = publishedTags(entry, isMarked ? 'expired' : 'keep', entry.hold);
  return blobsOf(entry, byName)
    .filter((blob) => !isTagged(blob, tags))
    .map(({ name }) => ({ blob: name, tags, reason: 'tags-behind' }));
}

function markUnfinished(blob: StoredBlob): Mending[] {
  const named = readBlobName(blob.name);
  const database = databaseOfBackup(named?.backupId ?? '');
  const tags = { kind: named?.kind ?? '', database, state: 'unverified', retention: 'expired', hold: 'none' };
  return isTagged(blob, tags) ? [] : [{ blob: blob.name, tags, reason: 'unfinished' }];
}

const isTagged = (blob: StoredBlob, tags: Readonly<Record<string, string>>): boolean =>
  Object.entries(tags).every(([name, value]) => blob.tags[name] === value);
