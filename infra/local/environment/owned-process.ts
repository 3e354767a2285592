import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export type OnOutput = (text: string, stream: 'stdout' | 'stderr') => void;

/** A program that we started, are responsible for, and end together with whatever it started. */
export interface OwnedProcess {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  hasEnded(): boolean;
  /** From now on it does not keep our own process alive by itself; `stop()` waits nevertheless. */
  unref(): void;
  /** To the whole process group. A group that is gone already is no error. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signals one after the other, `graceMs` apart, until it has ended; the last resort is SIGKILL. */
  stop(signals: readonly NodeJS.Signals[], graceMs: number): Promise<void>;
}

export interface OwnedProcessOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Standard output and error are appended to this file, made for our eyes only, or given to `onOutput`. */
  readonly output: { readonly logFile: string } | { readonly onOutput: OnOutput };
  /** Run as this user instead of ourselves; only root may. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/**
 * Starts `command` as the leader of a process group of its own, so that a Ctrl-C in the terminal reaches us alone and we
 * end things in the right order. Rejects when it cannot be started at all.
 */
export async function startOwned(
  command: string,
  args: readonly string[],
  { cwd, env, output, uid, gid }: OwnedProcessOptions,
): Promise<OwnedProcess> {
  const log = 'logFile' in output ? await open(output.logFile, 'a', 0o600) : undefined;
  const child = spawn(command, args, {
    ...{ cwd, env, stdio: ['ignore', log?.fd ?? 'pipe', log?.fd ?? 'pipe'], detached: true },
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  }).finally(() => log?.close());
  if ('onOutput' in output) listen(child, output.onOutput);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} started without a process id`);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-pid, name);
    } catch {
      // nothing is left of the group
    }
  };
  return {
    pid,
    ended,
    hasEnded,
    signal,
    unref() {
      child.unref();
      for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
    },
    async stop(signals, graceMs) {
      child.ref();
      for (const name of [...signals, 'SIGKILL' as const]) {
        if (hasEnded()) return;
        signal(name);
        await endedWithin(ended, graceMs);
      }
      await ended;
    },
  };
}

function listen(child: ChildProcess, onOutput: OnOutput): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8');
    child[stream]?.on('data', (text: string) => onOutput(text, stream));
  }
}

async function endedWithin(ended: Promise<ProcessEnd>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([ended, timeout]);
  clearTimeout(timer);
}
