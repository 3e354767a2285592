import { Failure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';
import { findBackup } from './find-backup';

const LINK_LIFE_MS = 15 * 60_000;

export interface BackupLink {
  readonly backupId: string;
  readonly blob: string;
  readonly sizeBytes: number;
  /** To check what was downloaded. */
  readonly sha256: string;
  /** A secret: whoever has it reads the dump until `expiresAt`. */
  readonly url: string;
  readonly expiresAt: string;
}

/** A link to the dump of a backup. @throws Failure `not-found`, `dump-missing`, and those of the links */
export async function linkToBackup(
  systems: Pick<Systems, 'clock' | 'dumpLinks' | 'dumpStore'>,
  backupId: string,
): Promise<BackupLink> {
  const { dump } = (await findBackup(systems, backupId)).manifest;
  if ((await systems.dumpStore.head(dump.blob)) === undefined) {
    throw new Failure('dump-missing', `${dump.blob} is gone`);
  }
  const expiresAt = new Date(systems.clock.now().getTime() + LINK_LIFE_MS);
  const url = await systems.dumpLinks.readOnly(dump.blob, expiresAt);
  return { backupId, ...dump, url, expiresAt: expiresAt.toISOString() };
}
