import { type BackupBlobs, backupBlobs, isBackupId } from '../../domain/backup/backup-name';
import { damageOf } from '../../domain/backup/damage';
import { Failure } from '../../domain/failure';
import { BACKUP_KINDS, type BackupKind, type Manifest } from '../../domain/backup/manifest';
import { readManifest } from '../../domain/backup/read-manifest';
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
 * @throws Failure `not-found`, also for a dump that never got a manifest; `manifest-unreadable` for one that says something
 * else than its name; `manifest-too-new` for one that may be shown and not acted on
 */
export async function findBackup(systems: Pick<Systems, 'dumpStore'>, backupId: string): Promise<FoundBackup> {
  for (const kind of isBackupId(backupId) ? BACKUP_KINDS : []) {
    const blobs = backupBlobs(kind, backupId);
    const text = await systems.dumpStore.readText(blobs.manifest);
    if (text === undefined) continue;
    return { kind, blobs, manifest: readManifest(text, kind, backupId) };
  }
  throw new Failure('not-found', 'backupId: no such backup');
}

/** The same for a job that tells whether a backup is good: one whose manifest cannot be read is marked as damaged. */
export async function findOrMark(
  systems: Pick<Systems, 'backupStates' | 'clock' | 'dumpStore'>,
  backupId: string,
  jobId: string,
): Promise<FoundBackup> {
  try {
    return await findBackup(systems, backupId);
  } catch (error) {
    const damaged = damageOf(error, systems.clock.now(), jobId);
    if (damaged !== undefined) await systems.backupStates.change(backupId, () => ({ damaged }));
    throw error;
  }
}
