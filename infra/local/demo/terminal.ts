import { stdout } from 'node:process';

/** What people see: one line redrawn on a terminal, a line per step elsewhere (CI logs). */
export class Terminal {
  private open = false;
  private lastLine = '';
  private lastAt = 0;

  /** A finished line. */
  line(text = ''): void {
    this.clear();
    stdout.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line();
    this.line(stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
  }

  /** A line that the next one replaces. Off a terminal: at most one every three seconds. */
  status(text: string): void {
    if (stdout.isTTY) {
      stdout.write(`\r\x1b[2K${text.slice(0, (stdout.columns || 100) - 1)}`);
      this.open = true;
      return;
    }
    const now = performance.now();
    if (text === this.lastLine || now - this.lastAt < 3_000) return;
    this.lastLine = text;
    this.lastAt = now;
    stdout.write(`${text}\n`);
  }

  private clear(): void {
    if (this.open) stdout.write('\r\x1b[2K');
    this.open = false;
  }
}

export function showBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

export const showSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function bar(share: number | undefined, width = 24): string {
  if (share === undefined) return '·'.repeat(width);
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
