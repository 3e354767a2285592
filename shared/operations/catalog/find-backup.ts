import { type BackupBlobs, backupBlobs, isBackupId } from '../../domain/backup/backup-name';
import { Failure } from '../../domain/failure';
import { BACKUP_KINDS, type BackupKind, type Manifest, MANIFEST_VERSION } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';

/** A backup by its commit record. Its dump may still be damaged or gone; for an adopted one it lies elsewhere. */
export interface FoundBackup {
  readonly kind: BackupKind;
  readonly blobs: BackupBlobs;
  readonly manifest: Manifest;
}

/**
 * The backup of that id, to act on.
 *
 * @throws Failure `not-found`, also for a dump that never got a manifest; `manifest-too-new` for one that may be shown
 * and not acted on
 */
export async function findBackup(systems: Pick<Systems, 'dumpStore'>, backupId: string): Promise<FoundBackup> {
  for (const kind of isBackupId(backupId) ? BACKUP_KINDS : []) {
    const blobs = backupBlobs(kind, backupId);
    const text = await systems.dumpStore.readText(blobs.manifest);
    if (text === undefined) continue;
    const manifest = JSON.parse(text) as Manifest;
    const version: unknown = manifest.manifestVersion;
    if (version === MANIFEST_VERSION) return { kind, blobs, manifest };
    const detail = `the manifest of ${backupId} has version ${String(version)}; this app knows ${MANIFEST_VERSION}`;
    throw new Failure('manifest-too-new', detail);
  }
  throw new Failure('not-found', 'backupId: no such backup');
}
