import { stdout } from 'node:process';

const QUIET_MS = 3_000;

/** What people see: one line redrawn on a terminal; elsewhere (CI logs) a line per step, and every few seconds. */
export class Terminal {
  private isOpen = false;
  private lastStep = '';
  private lastAt = 0;

  /** A finished line. */
  line(text = ''): void {
    if (this.isOpen) stdout.write('\r\x1b[2K');
    this.isOpen = false;
    stdout.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line();
    this.line(stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
  }

  /** A line that the next one replaces. Off a terminal it is printed when `step` is new, or after three quiet seconds. */
  status(text: string, step = text): void {
    if (stdout.isTTY) {
      stdout.write(`\r\x1b[2K${text.slice(0, (stdout.columns || 100) - 1)}`);
      this.isOpen = true;
      return;
    }
    const now = performance.now();
    if (step === this.lastStep && now - this.lastAt < QUIET_MS) return;
    this.lastStep = step;
    this.lastAt = now;
    stdout.write(`${text.trimEnd()}\n`);
  }
}

export function showBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

export const showSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const showRate = (bytes: number, ms: number): string => `${showBytes(bytes / (Math.max(ms, 1) / 1000))}/s`;
