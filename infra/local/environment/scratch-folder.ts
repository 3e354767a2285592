import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A new temporary folder that only we can enter. */
export async function makeScratchFolder(name: string): Promise<string> {
  return await mkdtemp(join(tmpdir(), `lifebook-${name}-`));
}

/**
 * A new temporary folder whose parents every user may pass through. TMPDIR can point below a folder of root's own; a
 * server that refuses to run as root then finds nothing there, and /tmp serves.
 */
export async function makeScratchFolderForAnyone(name: string): Promise<string> {
  const parent = (await anyoneMayPass(tmpdir())) ? tmpdir() : '/tmp';
  return await mkdtemp(join(parent, `lifebook-${name}-`));
}

const OTHERS_MAY_ENTER = 0o001;

async function anyoneMayPass(folder: string): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    const { mode } = await stat(current);
    if ((mode & OTHERS_MAY_ENTER) === 0) return false;
    if (current === dirname(current)) return true;
  }
}
