import { spawn } from 'node:child_process';
import type { ToolEnd, ToolRun } from './pg-tools';

const STDERR_LIMIT = 64 * 1024;
const KILL_AFTER_MS = 5_000;
/** libpq says nothing of a pass file that does not exist, but warns of one that is no plain file (/dev/null). */
const NOTHING_OF_THE_HOST = {
  ...{ LC_ALL: 'C', PATH: '/usr/bin:/bin' },
  ...{ PGPASSFILE: '/nonexistent/pgpass', PGSYSCONFDIR: '/nonexistent' },
};

/**
 * Starts one client program. Its environment is `environment` and nothing else, so that no PGSERVICE, PGOPTIONS or
 * pass file of the host reaches libpq, with messages in English because they are read (dump-messages.ts).
 */
export function spawnTool(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): ToolRun {
  const child = spawn(file, args, {
    env: { ...NOTHING_OF_THE_HOST, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  let isStderrCut = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    isStderrCut ||= stderr.length + text.length > STDERR_LIMIT;
    if (stderr.length < STDERR_LIMIT) stderr += text.slice(0, STDERR_LIMIT - stderr.length);
  });
  // a child that dies breaks its pipes; its exit says why, so these errors say nothing more
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);

  let lastResort: NodeJS.Timeout | undefined;
  const kill = (): void => {
    if (lastResort !== undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    lastResort = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  };
  signal.addEventListener('abort', kill, { once: true });
  const ended = new Promise<ToolEnd>((resolve) => {
    const end = (facts: Omit<ToolEnd, 'stderr' | 'isStderrCut'>): void => {
      clearTimeout(lastResort);
      signal.removeEventListener('abort', kill);
      resolve({ ...facts, stderr, isStderrCut });
    };
    child.once('error', (error) => {
      if (child.pid === undefined) end({ exitCode: null, signal: null, startError: error.message });
    });
    child.once('exit', () => {
      // stdout may be held open by nobody reading it; stderr is complete soon after the exit
      setTimeout(() => child.stderr.destroy(), 1_000).unref();
    });
    child.once('exit', (exitCode, exitSignal) => {
      const finish = (): void => end({ exitCode, signal: exitSignal });
      if (child.stderr.closed) finish();
      else child.stderr.once('close', finish);
    });
  });
  if (signal.aborted) kill();
  return { stdin: child.stdin, stdout: child.stdout, ended, kill };
}
