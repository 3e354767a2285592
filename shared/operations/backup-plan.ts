import type { ConfiguredDatabase } from '../config/databases';
import type { BackupBlobs } from '../domain/backup-name';
import type { BackupKind } from '../domain/manifest';
import type { BlobLabels } from '../systems/dump-store/dump-store';

/** Which backup is being made of what, under which names. */
export interface BackupPlan {
  readonly backupId: string;
  readonly kind: BackupKind;
  readonly database: ConfiguredDatabase;
  readonly blobs: BackupBlobs;
  /** Taken from a server that shows the database as it was at this time, ISO 8601; absent: from the live one, as it is. */
  readonly clone?: { readonly snapshotAt: string };
}

/** The index tags of all blobs of a backup (product.md §4). */
export function backupTags(
  plan: Pick<BackupPlan, 'kind' | 'database'>,
  state: 'unverified' | 'verified',
): BlobLabels['tags'] {
  return { kind: plan.kind, database: plan.database.name, state, retention: 'keep', hold: 'none' };
}
