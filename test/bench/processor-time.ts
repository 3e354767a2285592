import { readFileSync } from 'node:fs';

/** Linux's USER_HZ, the same on every x64 kernel. */
const TICK_MS = 10;

/** User and system time of one process; with what it has got from ended children. proc(5), fields 14 to 17. */
export function processorMs(pid: number | 'self', whose: 'own and children' | 'children'): number {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // the name in parentheses may hold anything
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  return (cutime + cstime + (whose === 'children' ? 0 : utime + stime)) * TICK_MS;
}

/** All that this machine's cores have worked since it started, and what its hypervisor took from them. */
export function machineBusyMs(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    readIfThere('/proc/stat').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** VmHWM of a process: of the program itself, while `ru_maxrss` also keeps the size of the parent it was forked from. */
export function peakBytesOf(pid: number | 'self'): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(readIfThere(`/proc/${pid}/status`)) ?? [];
  return Number(kibibytes ?? 0) * 1024;
}

export function childrenOf(pid: number): number[] {
  return readIfThere(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
