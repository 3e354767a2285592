import type { ConfiguredDatabase } from '../../config/databases';
import type { BackupBlobs } from '../../domain/backup/backup-name';
import type { BackupKind, Manifest } from '../../domain/backup/manifest';
import type { BlobLabels } from '../../systems/dump-store/dump-store';

/** Which backup is being made of what, under which names. */
export interface BackupPlan {
  readonly backupId: string;
  readonly kind: BackupKind;
  readonly source: Manifest['source'];
  readonly database: ConfiguredDatabase;
  readonly blobs: BackupBlobs;
  /** The moment that the database shows, ISO 8601, where that is not the dump's own: a clone's point in time. */
  readonly snapshotAt?: string;
}

/** The index tags of all blobs of a backup (product.md §4). */
export function backupTags(
  plan: Pick<BackupPlan, 'kind' | 'database'>,
  state: 'unverified' | 'verified',
): BlobLabels['tags'] {
  return { kind: plan.kind, database: plan.database.name, state, retention: 'keep', hold: 'none' };
}
