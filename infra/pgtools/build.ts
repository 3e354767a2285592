import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensurePgTools } from './ensure';
import { PgToolsCancelled, PgToolsError } from './failure';
import { updateSourcesLock } from './update-lock';

const USAGE = `npm run pgtools -- [MAJOR…] [options]

Builds the PostgreSQL client tools pg_dump, pg_restore, psql and pg_dumpall from Debian's sources (majors 17 and 18 unless
others are named) into the cache folder. What is there and intact is kept.

  --out DIR        build into DIR instead of the cache folder
  --force          build again what is there
  --accept-signed  also take a version that sources.lock.json does not know, if a signed Debian index lists it
  --update-lock    add the versions that Debian lists today to sources.lock.json; builds nothing
  --help           print this`;

/** The command line: arguments in, lines and an exit code out (0 built, 1 failed, 2 wrong arguments, 130 cancelled). */
async function main(args: string[]): Promise<number> {
  const command = parseCommand(args);
  if (typeof command === 'string') {
    console.error(`${command}\n\n${USAGE}`);
    return 2;
  }
  if (command.help) {
    console.log(USAGE);
    return 0;
  }
  try {
    const options = { ...command.options, signal: abortOnInterrupt() };
    if (command.updateLock) await updateSourcesLock(command.majors, console.log, options.signal);
    else console.log(`the tools are in ${(await ensurePgTools(command.majors, console.log, options)).dir}`);
    return 0;
  } catch (error) {
    return report(error);
  }
}

interface Command {
  readonly majors: number[];
  readonly help: boolean;
  readonly updateLock: boolean;
  readonly options: { outDir?: string; force: boolean; acceptSigned: boolean };
}

/** The command, or a sentence about what is wrong with it. */
function parseCommand(args: string[]): Command | string {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { out: { type: 'string' }, force: flag, 'accept-signed': flag, 'update-lock': flag, help: flag },
    });
    const wrong = positionals.find((text) => !/^[1-9]\d$/.test(text));
    if (wrong !== undefined) return `"${wrong}" is no major version of PostgreSQL`;
    return {
      majors: positionals.length === 0 ? [17, 18] : [...new Set(positionals.map(Number))],
      help: values.help,
      updateLock: values['update-lock'],
      options: {
        ...(values.out === undefined ? {} : { outDir: values.out }),
        force: values.force,
        acceptSigned: values['accept-signed'],
      },
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The first signal ends the build in order, and a second one at once. */
function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return controller.signal;
}

function report(error: unknown): number {
  if (!(error instanceof PgToolsError)) throw error;
  if (error.logFile !== undefined) {
    console.error(`${readFileSync(error.logFile, 'utf8').trimEnd().split('\n').slice(-30).join('\n')}\n`);
    console.error(`full log: ${error.logFile}`);
  }
  console.error(`error: ${error.detail}\n hint: ${error.hint}`);
  return error instanceof PgToolsCancelled ? 130 : 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
