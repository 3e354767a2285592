import type { Log, LogFields } from './log';

/** Writes to the console, which the Functions worker forwards by level. */
export const consoleLog: Log = {
  info: (event, fields) => console.log(line('info', event, fields)),
  warn: (event, fields) => console.warn(line('warn', event, fields)),
  error: (event, fields) => console.error(line('error', event, fields)),
};

function line(level: string, event: string, fields: LogFields = {}): string {
  return JSON.stringify({ at: new Date().toISOString(), level, event, ...fields });
}
