import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { PgToolsCancelled } from './failure';

/** Where a command runs, and where everything that it prints is kept. */
export interface Workplace {
  readonly folder: string;
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}

/** What a finished command left: its exit code (127 when it could not be started) and its output, each whole. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that the build cannot go on without ended with another code than 0. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    readonly commandLine: string,
    readonly outcome: Outcome,
  ) {
    super(`\`${commandLine}\` exited with ${String(outcome.code)}: ${lastLine(outcome.stderr)}`);
  }
}

const running = new Set<number>();
process.on('exit', () => {
  for (const pid of running) killGroup(pid, 'SIGKILL');
});

/**
 * Only these pass from the caller's environment: a stray CFLAGS, MAKEFLAGS or PGHOST must not change what is built.
 * The proxy settings are there for apt.
 */
export function cleanEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = ['HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  const passed = kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const path = [env['PATH'], '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'].filter(Boolean).join(':');
  return { ...Object.fromEntries(passed), PATH: path, LC_ALL: 'C' };
}

/** Runs a command to its end, whatever its exit code. Throws only when the build is cancelled. */
export async function attempt(place: Workplace, command: string, args: readonly string[]): Promise<Outcome> {
  if (place.signal?.aborted) throw new PgToolsCancelled();
  const log = createWriteStream(place.logFile, { flags: 'a' });
  log.write(`\n$ ${[command, ...args].join(' ')}\n`);
  // A group of its own, so that make's whole tree of children can be stopped at once.
  const child = spawn(command, args, {
    cwd: place.folder,
    env: place.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) running.add(child.pid);
  const onAbort = (): void => killGroup(child.pid, 'SIGTERM');
  place.signal?.addEventListener('abort', onAbort);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      log.write(text);
    });
  }
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output.stderr += error.message;
      resolve(127);
    });
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (child.pid !== undefined) running.delete(child.pid);
  place.signal?.removeEventListener('abort', onAbort);
  await new Promise<void>((resolve) => log.end(resolve));
  if (place.signal?.aborted) throw new PgToolsCancelled();
  return { code, ...output };
}

/** Runs a command that has to succeed, and gives its standard output. */
export async function run(place: Workplace, command: string, ...args: string[]): Promise<string> {
  const outcome = await attempt(place, command, args);
  if (outcome.code !== 0) throw new CommandFailed([command, ...args.slice(0, 3)].join(' '), outcome);
  return outcome.stdout;
}

/** The same place, with another working folder or more environment. */
export function inFolder(place: Workplace, folder: string, env: NodeJS.ProcessEnv = {}): Workplace {
  return { ...place, folder, env: { ...place.env, ...env } };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already, which is all that was wanted.
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
