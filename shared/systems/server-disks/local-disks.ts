import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isLocalHost } from '../../config/database-url';
import type { ServerSpace } from '../../domain/restore/restore-space';
import type { ServerDisks } from './server-disks';

/** Knows the disks of this machine alone: of a server elsewhere nothing is known. */
export const localDisks: ServerDisks = {
  ofServer: async ({ host }, dataDirectory) =>
    dataDirectory !== null && isLocalHost(host) ? measure(dataDirectory) : null,
  temporaryFreeBytes: async () => (await measure(tmpdir()))?.freeBytes ?? 0,
};

async function measure(folder: string): Promise<ServerSpace | null> {
  try {
    const { bsize, bavail, blocks } = await statfs(folder);
    return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
  } catch {
    // a container's folder, or one that this user may not see
    return null;
  }
}
