import { BACKUP_KINDS, type BackupKind } from '../domain/manifest';
import { backupBlobs, databaseOfBackup, isBackupId } from '../domain/backup-name';
import { type BackupState, type CatalogEntry, readCatalog, type StoredBlob } from '../domain/catalog';
import { Failure } from '../domain/failure';
import { restoreCommands } from '../domain/restore-commands';
import type { Systems } from '../systems/systems';

export interface BackupFilter {
  readonly database?: string | undefined;
  readonly kind?: BackupKind | undefined;
  readonly state?: BackupState | undefined;
  /** Inclusive, by `snapshotAt`, ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: { readonly snapshotAt: string; readonly blob: string } | undefined;
}

/** A page of the catalog, newest first. */
export async function listBackups(
  systems: Pick<Systems, 'dumpStore'>,
  filter: BackupFilter,
): Promise<{ items: CatalogEntry[]; hasMore: boolean }> {
  const prefix = filter.kind === undefined ? '' : `${filter.kind}/${filter.database ?? ''}`;
  const blobs: StoredBlob[] = [];
  for await (const blob of systems.dumpStore.list(prefix)) blobs.push(blob);
  const matching = readCatalog(blobs).filter((entry) => matches(entry, filter));
  return { items: matching.slice(0, filter.limit), hasMore: matching.length > filter.limit };
}

function matches(entry: CatalogEntry, filter: BackupFilter): boolean {
  const { after } = filter;
  return (
    (filter.database === undefined || entry.database === filter.database) &&
    (filter.kind === undefined || entry.kind === filter.kind) &&
    (filter.state === undefined || entry.state === filter.state) &&
    (filter.from === undefined || entry.snapshotAt >= filter.from) &&
    (filter.to === undefined || entry.snapshotAt <= filter.to) &&
    (after === undefined ||
      entry.snapshotAt < after.snapshotAt ||
      (entry.snapshotAt === after.snapshotAt && entry.blob < after.blob))
  );
}

/** One backup with its manifest. @throws Failure `not-found`, also for a dump that never got a manifest */
export async function readBackup(
  systems: Pick<Systems, 'dumpStore'>,
  backupId: string,
): Promise<Record<string, unknown>> {
  for (const kind of isBackupId(backupId) ? BACKUP_KINDS : []) {
    const blobs = backupBlobs(kind, backupId);
    const text = await systems.dumpStore.readText(blobs.manifest);
    if (text === undefined) continue;
    const near: StoredBlob[] = [];
    for await (const blob of systems.dumpStore.list(`${kind}/${backupId}.`)) near.push(blob);
    const entry = readCatalog(near).find((candidate) => candidate.backupId === backupId);
    const manifest = JSON.parse(text) as Record<string, unknown>;
    return {
      backupId,
      database: databaseOfBackup(backupId),
      state: entry?.state ?? 'missing',
      hold: entry?.hold ?? 'none',
      manifest,
      commands: restoreCommands(manifest),
    };
  }
  throw new Failure('not-found', 'backupId: no such backup');
}
