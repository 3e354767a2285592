interface KnownDumpWarning {
  readonly code: string;
  /** Of the message's first line, the whole of it. */
  readonly pattern: RegExp;
  /** Why the dump is a good one all the same. */
  readonly meaning: string;
}

/**
 * The warnings after which a dump is still a backup. Read from the sources of pg_dump 14 to 18; what is not here fails
 * the job. Deliberately not here, because something is lost or cannot be restored: `could not resolve dependency loop`,
 * `postfix operators are not supported anymore`, `WITH OIDS is not supported anymore`, `invalid collation`, `invalid type
 * of access method`, `could not find operator with OID`, `typtype of data type appears to be invalid`, the `bogus …`
 * ones, `unsupported pg_init_privs entry`, `could not find referenced extension`, `no referenced object`,
 * `unexpected extra results during COPY`, `could not parse … array`.
 */
export const KNOWN_DUMP_WARNINGS: readonly KnownDumpWarning[] = [
  {
    code: 'subscriptions-not-dumped',
    pattern: /^pg_dump: warning: subscriptions not dumped because current user is not a superuser$/,
    meaning: 'the preflight has named each of them as not included',
  },
  {
    code: 'circular-foreign-keys',
    pattern: /^pg_dump: warning: there are circular foreign-key constraints (on this table|among these tables):$/,
    meaning: 'matters to a restore of the data alone; in a whole dump foreign keys come after the data',
  },
  {
    code: 'compression-unavailable',
    pattern:
      /^pg_dump: warning: requested compression not available in this installation -- archive will be uncompressed$/,
    meaning: 'the archive is larger, nothing else',
  },
  {
    code: 'compression-option-ignored',
    pattern: /^pg_dump: warning: compression option ".*" is not currently supported by pg_dump$/,
    meaning: 'the archive is compressed without it',
  },
  {
    code: 'collation-version-mismatch',
    pattern: /^WARNING: {2}(database ".*" has a collation version mismatch|collation ".*" has version mismatch)$/,
    meaning: "the server's libraries sort in another way than its indexes were built; rows are dumped as they are",
  },
  {
    code: 'collation-version-unknown',
    pattern: /^WARNING: {2}database ".*" has no actual collation version, but a version was recorded$/,
    meaning: 'as for collation-version-mismatch',
  },
  {
    code: 'server-notice',
    pattern: /^(NOTICE|INFO|LOG|DEBUG\d?): {2}/,
    meaning: 'below a warning; a login trigger or an extension said something',
  },
];
