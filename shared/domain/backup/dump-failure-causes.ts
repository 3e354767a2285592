import type { FailureCode } from '../failure';

interface FailureCause {
  readonly pattern: RegExp;
  readonly code: FailureCode;
  readonly hint?: string;
}

/**
 * Texts of pg_dump, libpq and the server, with LC_ALL=C, most telling first: what the server says while connecting comes
 * before the bare fact that the connection failed, and that before the signs of a connection that broke later. A server
 * that speaks another language (lc_messages) ends up as `dump-failed`, with its own words.
 */
export const DUMP_FAILURE_CAUSES: readonly FailureCause[] = [
  {
    pattern: /aborting because of server version mismatch/,
    code: 'pg-tools-too-old',
  },
  {
    // --lock-wait-timeout sets statement_timeout while pg_dump locks its tables, and nowhere else
    pattern: /canceling statement due to (lock|statement) timeout|deadlock detected/,
    code: 'lock-wait-timeout',
  },
  {
    pattern:
      /password authentication failed|no pg_hba\.conf entry|authentication failed|no password supplied|role ".*" does not exist|is not permitted to log in|permission denied for database|client password must be/,
    code: 'database-login-refused',
  },
  { pattern: /FATAL: {2}database ".*" does not exist/, code: 'database-missing' },
  {
    pattern: /connection to server .*failed: |could not connect to (server|database)|could not translate host name/,
    code: 'database-unreachable',
  },
  {
    pattern: /due to conflict with recovery/,
    code: 'database-connection-lost',
    hint: 'the replica ended it to go on replaying: set hot_standby_feedback, or raise max_standby_streaming_delay',
  },
  {
    // the snapshot goes with the session that exported it
    pattern:
      /server closed the connection unexpectedly|SSL SYSCALL|SSL error|connection to server was lost|terminating connection|could not (receive data from|send data to) server|SSL connection has been closed|no connection to the server|is (shutting down|in recovery mode)|invalid snapshot identifier|could not import the requested snapshot|snapshot ".*" does not exist/,
    code: 'database-connection-lost',
  },
  {
    pattern: /permission denied|row-level security|may lack SELECT privilege/,
    code: 'dump-would-be-incomplete',
  },
];
