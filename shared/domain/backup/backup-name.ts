import { BACKUP_KINDS, type BackupKind } from './manifest';

/** Names of a backup and its blobs (docs/format.md): `nightly/lifebook_backup_20261122_0200.dump`. */
const BACKUP_ID = /^[a-z0-9][a-z0-9-]{0,31}_backup_\d{8}_\d{4}(?:_[1-9]\d{0,3})?$/;

export const isBackupId = (text: string): boolean => BACKUP_ID.test(text);

/** The id for a configured name and minute (UTC); `ordinal` 2 and more for further backups of that minute. */
export function backupId(name: string, time: Date, ordinal: number): string {
  const iso = time.toISOString();
  const minute = `${iso.slice(0, 10).replaceAll('-', '')}_${iso.slice(11, 16).replace(':', '')}`;
  return `${name}_backup_${minute}${ordinal > 1 ? `_${ordinal}` : ''}`;
}

export const databaseOfBackup = (id: string): string => id.slice(0, id.indexOf('_backup_'));

/** The time in an id, ISO 8601 UTC, to the minute. */
export function timeOfBackup(id: string): string {
  const [, y, m, d, hour, minute] = /_backup_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})/.exec(id) ?? [];
  return `${y ?? ''}-${m ?? ''}-${d ?? ''}T${hour ?? ''}:${minute ?? ''}:00.000Z`;
}

export interface BackupBlobs {
  readonly dump: string;
  readonly manifest: string;
  readonly globals: string;
}

export function backupBlobs(kind: BackupKind, id: string): BackupBlobs {
  return { dump: `${kind}/${id}.dump`, manifest: `${kind}/${id}.manifest.json`, globals: `${kind}/${id}.globals.sql` };
}

export type BlobRole = 'dump' | 'manifest' | 'globals';

/** Which backup a blob belongs to by its name; undefined for a blob that is none of ours. */
export function readBlobName(blob: string): { kind: BackupKind; backupId: string; role: BlobRole } | undefined {
  const match = /^([a-z-]+)\/([^/]+?)\.(dump|manifest\.json|globals\.sql)$/.exec(blob);
  const kind = BACKUP_KINDS.find((candidate) => candidate === match?.[1]);
  const id = match?.[2];
  if (kind === undefined || id === undefined || !isBackupId(id)) return undefined;
  const role = match?.[3] === 'dump' ? 'dump' : match?.[3] === 'manifest.json' ? 'manifest' : 'globals';
  return { kind, backupId: id, role };
}
