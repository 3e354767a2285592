import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, machineBusyMs, peakBytesOf, processorMs } from './processor-time';

export interface Measured {
  /** From the start of the program to its exit. */
  readonly wallMs: number;
  /** User and system time of the program and all that it started. */
  readonly cpuMs: number;
  /** The largest resident set that a single process of it ever had. */
  readonly peakBytes: number;
  /** Which part of the machine's cores was taken meanwhile by what has nothing to do with the bench, 0 to 1. */
  readonly disturbance: number;
  readonly stdout: string;
}

const SAMPLE_MS = 20;
const LONGEST_SETTLING_MS = 2_000;

/**
 * Runs one program and everything that it starts, with `environment`, HOME and PATH alone. Only one at a time: its CPU time
 * is what the kernel adds to this process for ended children. `servers` are the processes that work for it meanwhile.
 */
export async function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  servers: readonly number[] = [],
): Promise<Measured> {
  const ours = (): number =>
    servers.reduce((sum, pid) => sum + processorMs(pid, 'own and children'), processorMs('self', 'own and children'));
  const helpers = servers.flatMap(childrenOf);
  const before = { children: processorMs('self', 'children'), ours: ours(), busy: machineBusyMs() };
  const startedAt = performance.now();
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let peakBytes = 0;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, ...treeOf(child.pid ?? 0).map(peakBytesOf));
  }, SAMPLE_MS);
  try {
    let wallMs = 0;
    child.once('exit', () => (wallMs = performance.now() - startedAt));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code !== 0) throw new Error(`${file} ended with ${code ?? signal ?? '?'}: ${stderr.slice(-2000)}`);
    await settled(servers, helpers);
    const othersMs = machineBusyMs() - before.busy - (ours() - before.ours);
    const disturbance = Math.max(0, othersMs / (wallMs * availableParallelism()));
    return { wallMs, cpuMs: processorMs('self', 'children') - before.children, peakBytes, disturbance, stdout };
  } finally {
    clearInterval(sampling);
  }
}

/**
 * A server's process for a client ends a little after the client, and only then its time counts as the server's.
 * `before`: those that were there before the client.
 */
async function settled(servers: readonly number[], before: readonly number[]): Promise<void> {
  const ends = performance.now() + LONGEST_SETTLING_MS;
  while (servers.flatMap(childrenOf).some((pid) => !before.includes(pid)) && performance.now() < ends)
    await sleep(SAMPLE_MS);
}

function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}
