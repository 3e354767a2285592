import { DUMP_FAILURE_CAUSES } from './dump-failure-causes';
import { Failure } from '../failure';
import { KNOWN_DUMP_WARNINGS } from './known-dump-warnings';

export interface DumpMessages {
  /** Warnings on the named list (known-dump-warnings.ts); `detail` is the whole message. */
  readonly known: readonly { readonly code: string; readonly detail: string }[];
  /** Anything else that is no error. */
  readonly unknown: readonly string[];
  readonly errors: readonly string[];
}

const MESSAGE_CHARACTERS = 500;
const ERROR = /^pg_dump: error: /;
/** Lines that belong to the message before them. */
const CONTINUATION = /^(pg_dump: (detail|hint): |(DETAIL|HINT|CONTEXT|QUERY|LOCATION|LINE \d+): |\s)/;
/** Begins a message. After an error all other lines are its own: the texts of queries have many. */
const BEGINNING = /^(pg_dump: |(ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|LOG|DEBUG\d?): )/;

/** What pg_dump wrote to stderr with LC_ALL=C, message by message. */
export function readDumpMessages(stderr: string): DumpMessages {
  const known: { code: string; detail: string }[] = [];
  const unknown: string[] = [];
  const errors: string[] = [];
  for (const message of splitMessages(withoutPasswords(stderr))) {
    const first = message.split('\n', 1)[0] ?? '';
    const warning = KNOWN_DUMP_WARNINGS.find(({ pattern }) => pattern.test(first));
    if (ERROR.test(first)) errors.push(message);
    else if (warning) known.push({ code: warning.code, detail: message });
    else unknown.push(message);
  }
  return { known, unknown, errors };
}

function splitMessages(stderr: string): string[] {
  const messages: string[] = [];
  for (const line of stderr.split('\n').map((text) => text.trimEnd())) {
    const last = messages.at(-1);
    if (last === undefined || !continues(last, line)) messages.push(line);
    else messages[messages.length - 1] = `${last}\n${line}`;
  }
  return messages.map((message) => message.trimEnd()).filter((message) => message !== '');
}

function continues(message: string, line: string): boolean {
  if (CONTINUATION.test(line) || line === '') return true;
  return ERROR.test(message) && !BEGINNING.test(line);
}

/** Why a pg_dump failed that did not exit with 0; `exitCode` is null when `signal` is not. */
export function dumpFailure(stderr: string, exitCode: number | null, signal: string | null): Failure {
  const said = whatItSaid(stderr);
  if (signal !== null) {
    return new Failure('dump-killed', `pg_dump was ended by ${signal}${said === '' ? '' : `; it had said: ${said}`}`);
  }
  if (said === '') return new Failure('dump-failed', `pg_dump exited with ${exitCode ?? 'no code'} and said nothing`);
  const cause = DUMP_FAILURE_CAUSES.find(({ pattern }) => pattern.test(stderr));
  const detail = `pg_dump exited with ${exitCode ?? 'no code'}: ${said}`;
  return new Failure(cause?.code ?? 'dump-failed', detail, cause?.hint === undefined ? {} : { hint: cause.hint });
}

/** Its errors when it told any, else everything; on one line. */
function whatItSaid(stderr: string): string {
  const { errors } = readDumpMessages(stderr);
  const text = errors.length > 0 ? errors.join('\n') : withoutPasswords(stderr);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MESSAGE_CHARACTERS);
}

/** pg_dump prints no password; whatever looks like one is cut all the same. */
function withoutPasswords(text: string): string {
  return text
    .replaceAll(/(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s'"]+)/gi, '$1***')
    .replaceAll(/(:\/\/[^:@/\s]*:)[^\s/]*@/g, '$1***@');
}
