import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { startHost, type LocalHost } from './host';
import { isLogLevel, logToStandardError, messageOf } from './log';

/**
 * The local host as a program: `main --app DIR [--port N] …`. Settings are the environment. When it listens it prints one
 * line of JSON, `{"event":"ready","url":…}`, with its keys if `--print-keys` is given. SIGTERM and SIGINT stop it (exit
 * code 0; 1 when running functions did not end in time).
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      app: { type: 'string', default: '.' },
      port: { type: 'string', default: '0' },
      'no-timers': { type: 'boolean', default: false },
      'print-keys': { type: 'boolean', default: false },
      'queue-lock-ms': { type: 'string' },
      'drain-ms': { type: 'string' },
      'log-level': { type: 'string', default: 'information' },
    },
  });
  const level = values['log-level'];
  const masterKey = process.env['LOCAL_HOST_MASTER_KEY']; // not an argument: every user can read those
  delete process.env['LOCAL_HOST_MASTER_KEY'];
  const host = await startHost({
    appDir: resolve(values.app),
    port: wholeNumber('port', values.port),
    timers: !values['no-timers'],
    ...(values['queue-lock-ms'] === undefined
      ? {}
      : { queueLockMs: wholeNumber('queue-lock-ms', values['queue-lock-ms']) }),
    ...(values['drain-ms'] === undefined ? {} : { drainMs: wholeNumber('drain-ms', values['drain-ms']) }),
    ...(masterKey === undefined ? {} : { masterKey }),
    log: logToStandardError(isLogLevel(level) ? level : 'information'),
    onFunctionTimeout: () => process.exit(1),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void host.stop().then((isDrained) => process.exit(isDrained ? 0 : 1)));
  }
  process.stdout.write(`${JSON.stringify(readyLine(host, values['print-keys']))}\n`);
}

function readyLine(host: LocalHost, withKeys: boolean): unknown {
  const { functions, inError } = host.catalog;
  return {
    event: 'ready',
    url: host.url,
    pid: process.pid,
    functions: functions.map(({ name, trigger }) => ({ name, kind: trigger.kind })),
    inError,
    startupErrors: host.startupErrors,
    ...(withKeys ? { keys: host.keys } : {}),
  };
}

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number`);
}

main().catch((error: unknown) => {
  process.stderr.write(`the local host did not start: ${messageOf(error)}\n`);
  process.exit(1);
});
