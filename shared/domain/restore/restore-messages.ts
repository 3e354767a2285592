import { Failure, type FailureCode, failureTable } from '../failure';
import type { JobWarning } from '../jobs/job';

/** What is known of a restore before pg_restore is asked how it went. */
export interface RestoreCircumstances {
  readonly serverMajor: number;
  /** Roles that the target lacks, or that a drill's login may not give things to: what was to be theirs is told, not fatal. */
  readonly missingRoles: readonly string[];
}

/** One error of pg_restore: what the server said, and the statement that it said it of. */
interface RestoreError {
  readonly said: string;
  readonly command: string;
}

interface KnownError {
  readonly code: string;
  readonly detail: string;
  readonly matches: (error: RestoreError, circumstances: RestoreCircumstances) => boolean;
}

/** The errors after which a restored database is whole all the same. What is not here fails the restore. */
const KNOWN_ERRORS: readonly KnownError[] = [
  {
    // pg_restore 17 and later set it without asking the server, once for each of its connections
    code: 'transaction-timeout-unknown',
    detail: 'pg_restore set transaction_timeout, which servers before 17 do not know; it means nothing',
    matches: ({ said, command }, { serverMajor }) =>
      serverMajor < 17 &&
      said === 'unrecognized configuration parameter "transaction_timeout"' &&
      command === 'SET transaction_timeout = 0;',
  },
  {
    // an extension brings its comment itself; the server's own owner has it on a managed server
    code: 'extension-comment-kept',
    detail: 'the comment of an extension is that of the target, because the extension belongs to the server there',
    matches: ({ said, command }) => /^must be owner of extension /.test(said) && /^COMMENT ON EXTENSION /.test(command),
  },
  {
    code: 'public-schema-kept',
    detail: 'the schema "public" was there already, as in every new database',
    matches: ({ said, command }) =>
      said === 'schema "public" already exists' && /^CREATE SCHEMA public;$/.test(command),
  },
  {
    code: 'role-missing',
    detail:
      'owners or grants of a role that the target does not have, or that the login may not act for, were left out',
    matches: ({ said, command }, { missingRoles }) =>
      missingRoles.some((role) => saysOfRole(role).includes(said)) &&
      /^(ALTER .* OWNER TO |GRANT |REVOKE |ALTER DEFAULT PRIVILEGES )/s.test(command),
  },
];

/** Not there; there, but not this login's to act for, as 16 and as older servers say it. */
const saysOfRole = (role: string): string[] => [
  `role "${role}" does not exist`,
  `must be able to SET ROLE "${role}"`,
  `must be member of role "${role}"`,
];

/** Causes with a code or a hint of their own, most telling first. */
const CAUSES: readonly { readonly pattern: RegExp; readonly code?: FailureCode; readonly hint?: string }[] = [
  {
    pattern: /No space left on device|could not extend file|disk full/,
    hint: 'the disk of the target server is full: give it more storage, then start again',
  },
  {
    // its files are not there, not allowed on Azure, or its library is missing or of another version
    pattern:
      /extension ".*" is not (available|allow-listed)|could not open extension control file|extension ".*" has no installation script|required extension ".*" is not installed|could not access file "|could not load library "|incompatible library "/,
    hint: 'install the extension on the target, or allow it (azure.extensions), then start again',
  },
  {
    pattern: /canceling statement due to lock timeout/,
    code: 'lock-wait-timeout',
    hint: 'other sessions hold its tables (pg_stat_activity): stop the application, give RESTORE_LOCK_WAIT_SECONDS more, or restore with mode "swap", which ends sessions',
  },
  {
    pattern: /other objects depend on it/,
    hint: 'something that the archive does not know depends on what it replaces: restore with mode "swap" instead',
  },
  {
    pattern: /must be able to SET ROLE|must be (a )?member of role|permission denied/,
    hint: 'the admin login lacks a right on the target; the plan (dryRun) lists the SQL that grants it',
  },
  {
    pattern:
      /server closed the connection unexpectedly|SSL SYSCALL|SSL error|terminating connection|could not (receive data from|send data to) server|no connection to the server|connection to server .* failed/,
    code: 'database-connection-lost',
  },
];

/** Each part is a write of its own (`pg_log_generic_v` in PostgreSQL's logging.c), a blank between two of them as well. */
const PREFIX = /^ *(?:(?:pg_restore:|error: |warning: |detail: ) *)+|^ *(?=could not execute query: )/;
const BEGINS = 'could not execute query: ERROR:  ';
const COMMAND = 'Command was: ';
/** Context of the message that follows, and the count at the end. */
const TELLS_NOTHING =
  /^(while (INITIALIZING|PROCESSING TOC|FINALIZING):|from TOC entry |errors ignored on restore: \d+$|$)/;
/** What the server tells without refusing anything: of an index made, of a function's RAISE NOTICE. */
const NOTICE = /^(?:DEBUG\d?|LOG|INFO|NOTICE|WARNING): {2}/;
const NOTICES = { code: 'server-notice', detail: 'the server told: ' };
const MESSAGE_CHARACTERS = 500;

export interface RestoreEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly isStderrCut: boolean;
  readonly startError?: string;
}

/**
 * How a pg_restore into a database ended: gives a warning for each kind of error that is known to mean nothing, and
 * throws for everything else that it said or did.
 *
 * @throws Failure `restore-failed`, `restore-killed`, `database-connection-lost`, `pg-tools-corrupt`
 */
export function judgeRestore(end: RestoreEnd, circumstances: RestoreCircumstances): JobWarning[] {
  if (end.startError !== undefined) {
    throw new Failure('pg-tools-corrupt', `pg_restore could not be started: ${end.startError}`);
  }
  const { errors, notices, others } = readRestoreMessages(end.stderr);
  const known = errors.map((error) => KNOWN_ERRORS.find(({ matches }) => matches(error, circumstances)));
  const unknown = errors.filter((_error, index) => known[index] === undefined);
  if (end.signal !== null) {
    throw new Failure('restore-killed', `pg_restore was ended by ${end.signal}`);
  }
  const fatal = [...others, ...unknown.map(({ said, command }) => `${said} (${command})`)];
  if (fatal.length > 0) throw failure(fatal, end.exitCode);
  if (end.isStderrCut) throw failure(['it wrote more than 64 KiB of messages'], end.exitCode);
  // 1 is how it tells that it ignored errors, and only those above were there to ignore
  const expected = errors.length > 0 ? 1 : 0;
  if (end.exitCode !== expected) throw failure(['it said nothing'], end.exitCode);
  return [...warningsOf(known.filter((one) => one !== undefined)), ...warningOfNotices(notices)];
}

function warningsOf(known: readonly KnownError[]): JobWarning[] {
  return [...new Set(known)].map(({ code, detail }) => ({ code, detail }));
}

function warningOfNotices(notices: readonly string[]): JobWarning[] {
  if (notices.length === 0) return [];
  const told = [...new Set(notices)].join('; ').slice(0, MESSAGE_CHARACTERS);
  return [{ code: NOTICES.code, detail: `${NOTICES.detail}${told}` }];
}

/**
 * Several jobs write to one stderr, so that prefixes of one may come before the message of another; each message itself
 * is written at once.
 */
export function readRestoreMessages(stderr: string): { errors: RestoreError[]; notices: string[]; others: string[] } {
  const errors: { said: string; command: string }[] = [];
  const notices: string[] = [];
  const others: string[] = [];
  let open: 'nothing' | 'said' | 'command' | 'notice' = 'nothing';
  for (const line of stderr.split('\n')) {
    const text = line.replace(PREFIX, '').trimEnd();
    const goesOn = !PREFIX.test(line) && open !== 'nothing';
    const last = errors.at(-1);
    if (text.startsWith(BEGINS)) {
      errors.push({ said: text.slice(BEGINS.length), command: '' });
      open = 'said';
    } else if (NOTICE.test(text) && open !== 'said' && (open !== 'command' || !goesOn)) {
      notices.push(text);
      open = 'notice';
    } else if (last !== undefined && goesOn && open === 'said') {
      if (text.startsWith(COMMAND)) {
        last.command = text.slice(COMMAND.length);
        open = 'command';
      } else last.said += `\n${text}`;
    } else if (last !== undefined && goesOn && open === 'command') {
      last.command = `${last.command}\n${text}`.trimEnd();
    } else if (!goesOn) {
      open = 'nothing';
      if (!TELLS_NOTHING.test(text)) others.push(text);
    }
  }
  return { errors, notices, others };
}

function failure(said: readonly string[], exitCode: number | null): Failure {
  const text = said.join('; ');
  const cause = CAUSES.find(({ pattern }) => pattern.test(text));
  const shown = text.replaceAll(/\s+/g, ' ').slice(0, MESSAGE_CHARACTERS);
  const detail = `pg_restore exited with ${exitCode ?? 'no code'}: ${shown}`;
  return new Failure(cause?.code ?? 'restore-failed', detail, cause?.hint === undefined ? {} : { hint: cause.hint });
}

/**
 * Whether pg_restore failed for no cause that is known here. With a hint of its own it failed for want of something on the
 * target: disk, extension, right.
 */
export function isUnexplained({ code, hint }: Failure): boolean {
  return code === 'restore-failed' && hint === failureTable['restore-failed'].hint;
}

/** Why a psql that should have gone on has ended; it stops at its first error. */
export function psqlFailure(end: RestoreEnd): Failure {
  if (end.startError !== undefined)
    return new Failure('pg-tools-corrupt', `psql could not be started: ${end.startError}`);
  if (end.signal !== null) return new Failure('restore-killed', `psql was ended by ${end.signal}; nothing was changed`);
  const said = end.stderr.replaceAll(/\s+/g, ' ').trim();
  const cause = CAUSES.find(({ pattern }) => pattern.test(said));
  const shown = said === '' ? 'it said nothing' : said.slice(0, MESSAGE_CHARACTERS);
  const detail = `psql exited with ${end.exitCode ?? 'no code'}, nothing was changed: ${shown}`;
  return new Failure(cause?.code ?? 'restore-failed', detail, cause?.hint === undefined ? {} : { hint: cause.hint });
}
