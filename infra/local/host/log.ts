import type { LogLevel } from './core-types';

const SEVERITY: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

export type WriteLog = (level: LogLevel, source: string, message: string) => void;

/** The host's log and the app's `context.log`: one line each on standard error, which leaves standard output to data. */
export function logToStandardError(least: LogLevel): WriteLog {
  return (level, source, message) => {
    if (SEVERITY[level] < SEVERITY[least]) return;
    process.stderr.write(`${new Date().toISOString()} ${level.padEnd(11)} ${source}: ${message}\n`);
  };
}

export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(SEVERITY, text);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
