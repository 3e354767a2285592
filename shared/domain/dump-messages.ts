import { Failure, type FailureCode } from './failure';

export interface DumpMessages {
  readonly known: readonly { readonly code: string; readonly detail: string }[];
  readonly unknown: readonly string[];
  readonly errors: readonly string[];
}

/** Warnings of pg_dump 14 to 18 after which nothing is missing from the dump, or what is missing is told elsewhere. */
const KNOWN: readonly { readonly code: string; readonly pattern: RegExp }[] = [
  // told as notIncluded by the preflight
  {
    code: 'subscriptions-not-dumped',
    pattern: /^pg_dump: warning: subscriptions not dumped because current user is not a superuser$/,
  },
  // about the order of a data-only restore; the foreign keys of a whole dump come after the data
  {
    code: 'circular-foreign-keys',
    pattern: /^pg_dump: warning: there are circular foreign-key constraints (on this table|among these tables):$/,
  },
  // the operating system's collations changed under the server; indexes are its problem, rows are dumped as they are
  { code: 'collation-version-mismatch', pattern: /^WARNING: {2}database ".*" has a collation version mismatch$/ },
  {
    code: 'no-collation-version',
    pattern: /^WARNING: {2}database ".*" has no actual collation version, but a version was recorded$/,
  },
];

/** Lines that belong to the message before them. */
const CONTINUATION = /^(pg_dump: (detail|hint): |(DETAIL|HINT|CONTEXT|LINE \d+): |\s)/;

/** What pg_dump wrote to stderr, with LC_ALL=C, message by message. */
export function readDumpMessages(stderr: string): DumpMessages {
  const messages: string[] = [];
  for (const line of stderr.split('\n').map((text) => text.trimEnd())) {
    if (line === '') continue;
    const last = messages.length - 1;
    if (last >= 0 && CONTINUATION.test(line)) messages[last] = `${messages[last] ?? ''}\n${line}`;
    else messages.push(line);
  }
  const known: { code: string; detail: string }[] = [];
  const unknown: string[] = [];
  const errors: string[] = [];
  for (const message of messages) {
    const [first = ''] = message.split('\n');
    const found = KNOWN.find(({ pattern }) => pattern.test(first));
    if (found !== undefined) known.push({ code: found.code, detail: cleaned(message) });
    else if (/^pg_dump: error: /.test(first)) errors.push(cleaned(message));
    else unknown.push(cleaned(message));
  }
  return { known, unknown, errors };
}

/** Texts of pg_dump, libpq and the server, most telling first. */
const CAUSES: readonly (readonly [RegExp, FailureCode])[] = [
  [/canceling statement due to lock timeout|could not obtain lock/, 'lock-wait-timeout'],
  [
    /password authentication failed|no pg_hba\.conf entry|authentication failed|no password supplied|role ".*" does not exist/,
    'database-login-refused',
  ],
  [/database ".*" does not exist/, 'database-missing'],
  [/permission denied|row-level security|must be owner of/, 'dump-would-be-incomplete'],
  [
    /server closed the connection unexpectedly|SSL SYSCALL|connection to server was lost|terminating connection|could not receive data from server|could not send data to server|SSL connection has been closed unexpectedly|no connection to the server|the database system is shutting down/,
    'database-connection-lost',
  ],
  [
    /connection to server .* failed|could not connect to server|could not translate host name|timeout expired|Connection refused|the database system is starting up/,
    'database-unreachable',
  ],
];

/** Why a pg_dump failed that did not exit with 0. */
export function dumpFailure(stderr: string, exitCode: number | null, signal: string | null): Failure {
  const said = cleaned(stderr.trim()).slice(0, 500);
  const cause = CAUSES.find(([text]) => text.test(stderr));
  if (signal !== null)
    return new Failure('dump-killed', `pg_dump was ended by ${signal}${said === '' ? '' : `: ${said}`}`);
  return new Failure(
    cause?.[1] ?? 'dump-failed',
    said === '' ? `pg_dump exited with ${exitCode ?? '?'} and said nothing` : said,
  );
}

/** pg_dump prints no password; whatever looks like one is cut all the same. */
function cleaned(text: string): string {
  return text
    .replaceAll(/(password\s*=\s*)('[^']*'|\S+)/gi, '$1***')
    .replaceAll(/(:\/\/[^:@/\s]*:)[^@\s]*@/g, '$1***@');
}
