import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Measured {
  /** From the start of the program to its exit. */
  readonly wallMs: number;
  /** User and system time of the program and all that it started. */
  readonly cpuMs: number;
  /** The largest resident set that a single process of it ever had. */
  readonly peakBytes: number;
  readonly stdout: string;
}

const SAMPLE_MS = 20;
/** Linux's USER_HZ, the same on every x64 kernel. */
const TICK_MS = 10;

/**
 * Runs one program and everything that it starts, with `environment` and a PATH alone. Only one at a time: its CPU time
 * is what the kernel adds to this process for ended children.
 */
export async function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Measured> {
  const cpuBefore = cpuOfEndedChildrenMs();
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
    peakBytes = Math.max(peakBytes, ...treeOf(child.pid ?? 0).map(peakOf));
  }, SAMPLE_MS);
  try {
    let wallMs = 0;
    child.once('exit', () => (wallMs = performance.now() - startedAt));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code !== 0) throw new Error(`${file} ended with ${code ?? signal ?? '?'}: ${stderr.slice(-2000)}`);
    return { wallMs, cpuMs: cpuOfEndedChildrenMs() - cpuBefore, peakBytes, stdout };
  } finally {
    clearInterval(sampling);
  }
}

/** VmHWM of a process: of the program itself, while `ru_maxrss` also keeps the size of the parent it was forked from. */
export function peakOf(pid: number | 'self'): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(readIfThere(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes ?? 0) * 1024;
}

function treeOf(pid: number): number[] {
  const children = readIfThere(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

function cpuOfEndedChildrenMs(): number {
  const stat = readIfThere('/proc/self/stat');
  // after the name in parentheses: cutime and cstime are fields 16 and 17 of proc(5)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
