import { dumpFailure, readDumpMessages } from '../../../../shared/domain/backup/dump-messages';

describe('reading what pg_dump wrote to stderr', () => {
  it('finds nothing in nothing', () => {
    expect(readDumpMessages('')).toEqual({ known: [], unknown: [], errors: [] });
    expect(readDumpMessages('\n\n')).toEqual({ known: [], unknown: [], errors: [] });
  });

  it('knows the warnings after which a dump is still a good one', () => {
    const stderr = [
      'WARNING:  database "life ""book" has a collation version mismatch',
      'DETAIL:  The database was created using collation version 2.31, but the operating system provides version 2.36.',
      'HINT:  Rebuild all objects in this database that use the default collation and run ALTER DATABASE …',
      'pg_dump: warning: subscriptions not dumped because current user is not a superuser',
      'pg_dump: warning: there are circular foreign-key constraints on this table:',
      'pg_dump: detail: circular',
      'pg_dump: hint: You might not be able to restore the dump without using --disable-triggers or …',
      'pg_dump: hint: Consider using a full dump instead of a --data-only dump to avoid this problem.',
      'pg_dump: warning: there are circular foreign-key constraints among these tables:',
      'pg_dump: detail: a',
      'pg_dump: detail: b',
      'WARNING:  database "x" has no actual collation version, but a version was recorded',
      'WARNING:  collation "de" has version mismatch',
      'NOTICE:  welcome',
      '',
    ].join('\n');
    const { known, unknown, errors } = readDumpMessages(stderr);
    expect(known.map(({ code }) => code)).toEqual([
      'collation-version-mismatch',
      'subscriptions-not-dumped',
      'circular-foreign-keys',
      'circular-foreign-keys',
      'collation-version-unknown',
      'collation-version-mismatch',
      'server-notice',
    ]);
    expect(known[0]?.detail).toMatch(/mismatch\nDETAIL: .*\nHINT: .*$/);
    expect([unknown, errors]).toEqual([[], []]);
  });

  it('takes no other warning for harmless', () => {
    const warnings = [
      'pg_dump: warning: postfix operators are not supported anymore (operator "!")',
      'pg_dump: warning: could not resolve dependency loop among these items:\npg_dump: detail:   VIEW a  (ID 1 OID 2)',
      'pg_dump: warning: invalid collation "x"',
      'pg_dump: warning: subscriptions not dumped because of something else',
      'pg_dump: warning: subscriptions not dumped because current user is not a superuser, and tables neither',
      'pg_dump: warning: could not find referenced extension 1',
      'WARNING:  page verification failed, calculated checksum 1 but expected 2',
      'double free or corruption',
    ];
    expect(readDumpMessages(warnings.join('\n'))).toEqual({ known: [], unknown: warnings, errors: [] });
  });

  it('does not hide a line that follows a known warning', () => {
    const { unknown } = readDumpMessages('NOTICE:  welcome\nsomething went wrong\n');
    expect(unknown).toEqual(['something went wrong']);
  });

  it('keeps the lines of a query with the error that quotes it', () => {
    const stderr =
      'pg_dump: error: query failed: ERROR:  x\npg_dump: detail: Query was: SELECT\n1,\nFROM y\npg_dump: warning: z\n';
    expect(readDumpMessages(stderr)).toEqual({
      known: [],
      unknown: ['pg_dump: warning: z'],
      errors: ['pg_dump: error: query failed: ERROR:  x\npg_dump: detail: Query was: SELECT\n1,\nFROM y'],
    });
  });
});

describe('why pg_dump failed', () => {
  const connecting = 'pg_dump: error: connection to server at "db.example" (10.0.0.1), port 5432 failed: ';
  const cases: readonly (readonly [code: string, stderr: string])[] = [
    // as pg_dump 15, 17 and 18 wrote them
    ['database-login-refused', `${connecting}FATAL:  password authentication failed for user "x"`],
    ['database-login-refused', `${connecting}fe_sendauth: no password supplied`],
    [
      'database-login-refused',
      `${connecting}FATAL:  no pg_hba.conf entry for host "10.0.0.2", user "x", no encryption`,
    ],
    ['database-login-refused', `${connecting}FATAL:  role "x" does not exist`],
    [
      'database-login-refused',
      `${connecting}FATAL:  permission denied for database "x"\nDETAIL:  User does not have CONNECT privilege.`,
    ],
    ['database-missing', `${connecting}FATAL:  database "x" does not exist`],
    ['database-unreachable', `${connecting}Connection refused\n\tIs the server running on that host?`],
    ['database-unreachable', `${connecting}timeout expired`],
    ['database-unreachable', `${connecting}FATAL:  the database system is starting up`],
    ['database-unreachable', `${connecting}server closed the connection unexpectedly\n\tThis probably means`],
    ['database-unreachable', `${connecting}SSL error: certificate verify failed`],
    ['database-unreachable', `${connecting}FATAL:  sorry, too many clients already`],
    [
      'database-unreachable',
      'pg_dump: error: could not translate host name "nowhere" to address: Name or service not known',
    ],
    [
      'lock-wait-timeout',
      'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout\n' +
        'pg_dump: detail: Query was: LOCK TABLE public.t IN ACCESS SHARE MODE',
    ],
    ['lock-wait-timeout', 'pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout'],
    [
      'database-connection-lost',
      'pg_dump: error: Dumping the contents of table "t" failed: PQgetCopyData() failed.\n' +
        'pg_dump: detail: Error message from server: server closed the connection unexpectedly\n\tThis probably means',
    ],
    [
      'database-connection-lost',
      'pg_dump: error: query failed: FATAL:  terminating connection due to administrator command\nSSL connection has been closed unexpectedly',
    ],
    ['database-connection-lost', 'pg_dump: error: query failed: SSL SYSCALL error: EOF detected'],
    ['database-connection-lost', 'pg_dump: error: connection to server was lost'],
    [
      'database-connection-lost',
      'pg_dump: error: query failed: ERROR:  canceling statement due to conflict with recovery',
    ],
    ['database-connection-lost', 'pg_dump: error: query failed: ERROR:  invalid snapshot identifier: "00000003-1"'],
    [
      'dump-would-be-incomplete',
      'pg_dump: error: query failed: ERROR:  permission denied for table t\npg_dump: detail: Query was: LOCK TABLE public.t',
    ],
    [
      'dump-would-be-incomplete',
      'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "t"',
    ],
    [
      'dump-would-be-incomplete',
      'pg_dump: error: failed to get data for sequence "s"; user may lack SELECT privilege on it',
    ],
    ['pg-tools-too-old', 'pg_dump: error: aborting because of server version mismatch'],
    ['dump-failed', 'pg_dump: error: something that nobody has foreseen'],
    ['dump-failed', ''],
  ];

  it.each(cases)('%s: %s', (code, stderr) => {
    expect(dumpFailure(stderr, 1, null).code).toBe(code);
  });

  it('says that it was killed, whatever it wrote', () => {
    const failure = dumpFailure('pg_dump: error: connection to server was lost\n', null, 'SIGKILL');
    expect([failure.code, failure.detail]).toEqual([
      'dump-killed',
      'pg_dump was ended by SIGKILL; it had said: pg_dump: error: connection to server was lost',
    ]);
  });

  it('has its own words on one line, errors only, 500 characters at most, and how it ended', () => {
    const failure = dumpFailure('NOTICE:  hello\npg_dump: error: first\n\tsecond\n', 3, null);
    expect(failure.detail).toBe('pg_dump exited with 3: pg_dump: error: first second');
    expect(dumpFailure(`pg_dump: error: ${'x'.repeat(2000)}`, 1, null).detail).toHaveLength(
      'pg_dump exited with 1: '.length + 500,
    );
    expect(dumpFailure('', 1, null).detail).toBe('pg_dump exited with 1 and said nothing');
  });

  it('cuts whatever looks like a password', () => {
    const stderr = [
      `pg_dump: error: invalid connection option "host=x password='se cr\\'et' port=1"`,
      'pg_dump: error: could not parse postgresql://user:s%40cret@host/db?password=secret&x=1',
      'pg_dump: error: PASSWORD = secret',
    ].join('\n');
    expect(dumpFailure(stderr, 1, null).detail).not.toMatch(/secret|se cr|s%40cret/);
    expect(readDumpMessages(stderr).errors.join('\n')).not.toMatch(/secret|se cr|s%40cret/);
  });
});
