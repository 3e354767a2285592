import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { PgToolsCancelled, PgToolsError } from './failure';

/**
 * Runs `use` while no other process on this machine does so with the same file.
 * The kernel holds the lock (flock), for a child whose life hangs on a pipe from here: however this process ends, the
 * lock goes with it, and no stale lock file has to be told from a live one.
 */
export async function withBuildLock<T>(
  file: string,
  signal: AbortSignal | undefined,
  onWaiting: () => void,
  use: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  // Detached: Ctrl-C reaches a whole process group, and the lock has to outlive it until the clean-up is done.
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  holder.stdin.on('error', () => undefined);
  const waiting = setTimeout(onWaiting, 500);
  const onAbort = (): void => void holder.kill('SIGTERM');
  signal?.addEventListener('abort', onAbort);
  const held = once(holder.stdout, 'data').then(() => true);
  const ended = new Promise<false>((resolve) => {
    holder.once('error', () => resolve(false));
    holder.once('close', () => resolve(false));
  });
  try {
    const isHeld = await Promise.race([held, ended]);
    clearTimeout(waiting);
    signal?.removeEventListener('abort', onAbort);
    if (signal?.aborted) throw new PgToolsCancelled();
    if (!isHeld)
      throw new PgToolsError(
        `the lock ${file} could not be taken`,
        'install util-linux (it has flock) and look whether the folder can be written',
      );
    return await use();
  } finally {
    clearTimeout(waiting);
    signal?.removeEventListener('abort', onAbort);
    holder.stdin.end();
    await ended;
  }
}
