import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from './build-major';
import { cleanEnvironment } from './command';
import { listedVersions } from './fetch-sources';
import { addListedVersions, LOCK_FILE, readSourcesLock, writeSourcesLock } from './sources-lock';
import { withTemporaryFolder } from './temporary-folder';

/**
 * Adds what Debian lists today to the lock. The hashes come from indexes that apt has checked against Debian's keys.
 * Nothing is downloaded or built: the change of the lock is there to be reviewed, and the next build tries it.
 */
export async function updateSourcesLock(
  majors: readonly number[],
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const listings = await withTemporaryFolder(tmpdir(), 'pgtools-lists-', (folder) =>
    listedVersions({ folder, logFile: join(folder, 'log'), env: cleanEnvironment(), signal }, majors),
  );
  let lock = readSourcesLock();
  let addedAny = false;
  for (const [major, listed] of listings) {
    const update = addListedVersions(lock, major, listed);
    lock = update.lock;
    addedAny ||= update.added.length > 0;
    onProgress(
      `${String(major)}: listed ${names(listed.map(({ version }) => version))}; added ${names(update.added)}; refused ${names(update.refused)}`,
    );
  }
  if (addedAny) writeSourcesLock(lock);
  onProgress(
    addedAny ? `${LOCK_FILE} has changed: review it, build, and commit it` : 'the lock already knows all of them',
  );
}

function names(versions: readonly string[]): string {
  return versions.length === 0 ? 'none' : versions.join(', ');
}
