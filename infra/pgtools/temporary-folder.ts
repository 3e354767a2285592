import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Runs `use` with a new folder and removes that afterwards, on failure too and when the process exits in between
 * (a caller with a SIGINT handler of its own ends in `process.exit`). Only a death by signal
 * leaves it behind: SIGKILL, or one that nobody handles.
 */
export async function withTemporaryFolder<T>(
  parent: string,
  prefix: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, prefix));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeNow);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    process.removeListener('exit', removeNow);
  }
}

/**
 * Removes what a killed run left behind. Call it only while holding the lock under which such folders are made.
 * Children of the killed run can still be writing there: then this fails, which harms nobody, and the next run tries again.
 */
export async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  const leftovers = readdirSync(parent).filter((name) => name.startsWith(prefix));
  const removals = leftovers.map((name) => rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 }));
  await Promise.allSettled(removals);
}
