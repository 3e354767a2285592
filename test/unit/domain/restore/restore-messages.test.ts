import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../../../shared/domain/failure';
import { judgeRestore } from '../../../../shared/domain/restore/restore-messages';

const error = (said: string, command: string): string =>
  `pg_restore: error: could not execute query: ERROR:  ${said}\nCommand was: ${command}\n`;
const TIMEOUT = error('unrecognized configuration parameter "transaction_timeout"', 'SET transaction_timeout = 0;');
const COUNT = 'pg_restore: warning: errors ignored on restore: 1\n';

const judge = (
  stderr: string,
  more: { exitCode?: number; serverMajor?: number; missingRoles?: string[] } = {},
): unknown => {
  const { exitCode = stderr === '' ? 0 : 1, serverMajor = 15, missingRoles = [] } = more;
  try {
    const end = { exitCode, signal: null, stderr, isStderrCut: false };
    return judgeRestore(end, { serverMajor, missingRoles }).map(({ code }) => code);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return [thrown.code, thrown.detail];
  }
};

describe('what pg_restore says', () => {
  it('is nothing after a restore without errors', () => {
    expect(judge('')).toEqual([]);
  });

  it('may be transaction_timeout on a server before 17, however often', () => {
    expect(judge(TIMEOUT + COUNT)).toEqual(['transaction-timeout-unknown']);
    expect(judge(TIMEOUT + TIMEOUT + TIMEOUT + COUNT)).toEqual(['transaction-timeout-unknown']);
    expect(judge(TIMEOUT + COUNT, { serverMajor: 17 })).toEqual([
      'restore-failed',
      'pg_restore exited with 1: unrecognized configuration parameter "transaction_timeout" (SET transaction_timeout = 0;)',
    ]);
  });

  it('is understood when several jobs write at the same time, in whatever order their writes come', () => {
    const [, message = ''] = TIMEOUT.split('pg_restore: error: ');
    const writes = ['pg_restore:', ' ', 'error: ', message];
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], { minLength: 12 }), (turns) => {
        const written = turns.map((job, index) => writes[turns.slice(0, index).filter((one) => one === job).length]);
        expect(judge(written.join('') + COUNT)).toEqual(['transaction-timeout-unknown']);
      }),
    );
  });

  it('may be the comment of an extension that belongs to the server, and no other comment', () => {
    const said = 'must be owner of extension hstore';
    expect(judge(error(said, "COMMENT ON EXTENSION hstore IS 'a\nb';\n\n") + COUNT)).toEqual([
      'extension-comment-kept',
    ]);
    expect(judge(error(said, 'ALTER EXTENSION hstore UPDATE;') + COUNT)).toEqual([
      'restore-failed',
      'pg_restore exited with 1: must be owner of extension hstore (ALTER EXTENSION hstore UPDATE;)',
    ]);
  });

  it('may be the schema "public", and no other schema', () => {
    expect(judge(error('schema "public" already exists', 'CREATE SCHEMA public;') + COUNT)).toEqual([
      'public-schema-kept',
    ]);
    expect(judge(error('schema "app" already exists', 'CREATE SCHEMA app;') + COUNT)).toMatchObject([
      'restore-failed',
      {},
    ]);
  });

  it('may be a role that the plan has named, for owners and grants alone', () => {
    const said = 'role "app owner" does not exist';
    const missing = { missingRoles: ['app owner'] };
    expect(judge(error(said, 'ALTER TABLE public.a OWNER TO "app owner";') + COUNT, missing)).toEqual(['role-missing']);
    expect(judge(error(said, 'GRANT SELECT ON TABLE public.a TO "app owner";') + COUNT, missing)).toEqual([
      'role-missing',
    ]);
    for (const who of ['able to SET ROLE', 'member of role']) {
      const notOurs = error(`must be ${who} "app owner"`, 'ALTER TABLE public.a OWNER TO "app owner";') + COUNT;
      expect(judge(notOurs, missing)).toEqual(['role-missing']);
      expect(judge(notOurs)).toMatchObject(['restore-failed', {}]);
    }
    expect(judge(error(said, 'GRANT SELECT ON TABLE public.a TO "app owner";') + COUNT)).toMatchObject([
      'restore-failed',
      {},
    ]);
    expect(judge(error(said, 'CREATE POLICY p ON public.a TO "app owner";') + COUNT, missing)).toMatchObject([
      'restore-failed',
      {},
    ]);
  });

  it('tells the context of an error apart from the error', () => {
    const stderr = `pg_restore: while PROCESSING TOC:\npg_restore: from TOC entry 7; 1259 16385 TABLE a b\n${error(
      'relation "a" already exists',
      'CREATE TABLE public.a (\n    id integer\n);\n\n',
    )}${COUNT}`;
    expect(judge(stderr)).toEqual([
      'restore-failed',
      'pg_restore exited with 1: relation "a" already exists (CREATE TABLE public.a ( id integer );)',
    ]);
  });

  it('may be what the server told without refusing anything, which is passed on', () => {
    const end = { exitCode: 0, signal: null, isStderrCut: false };
    const notice = 'pg_restore: NOTICE:  refreshed\nCONTEXT:  PL/pgSQL function app.told() line 1 at RAISE\n';
    const stderr = `${notice}${notice}pg_restore: WARNING:  old collation\nDETAIL:  d\nHINT:  h\n`;
    expect(judgeRestore({ ...end, stderr }, { serverMajor: 17, missingRoles: [] })).toEqual([
      { code: 'server-notice', detail: 'the server told: NOTICE:  refreshed; WARNING:  old collation' },
    ]);
    expect(judge(`${notice}${error('division by zero', 'SELECT NOTICE:  x')}`)).toEqual([
      'restore-failed',
      'pg_restore exited with 1: division by zero (SELECT NOTICE: x)',
    ]);
  });

  it('is fatal in every other way of going wrong', () => {
    expect(judge('pg_restore: error: could not read from input file: end of file\n')).toEqual([
      'restore-failed',
      'pg_restore exited with 1: could not read from input file: end of file',
    ]);
    expect(judge('pg_restore: error: COPY failed for table "a": ERROR:  duplicate key\n')).toMatchObject([
      'restore-failed',
      {},
    ]);
    expect(judge('', { exitCode: 1 })).toEqual(['restore-failed', 'pg_restore exited with 1: it said nothing']);
    expect(judge('pg_restore: warning: something new\n', { exitCode: 0 })).toMatchObject(['restore-failed', {}]);
    expect(judge('pg_restore: error: query failed: server closed the connection unexpectedly\n')).toMatchObject([
      'database-connection-lost',
      {},
    ]);
  });

  it.each([
    'could not access file "$libdir/postgis-3": No such file or directory',
    'could not load library "/usr/lib/postgis-3.so": undefined symbol',
    'extension "postgis" has no installation script nor update path for version "3"',
  ])('has the hint to install what is missing when the server says: %s', (said) => {
    const stderr = error(said, 'CREATE EXTENSION postgis;');
    const end = { exitCode: 1, signal: null, isStderrCut: false, stderr };
    const judged = (): unknown => judgeRestore(end, { serverMajor: 17, missingRoles: [] });
    expect(judged).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^install the extension/) as unknown }),
    );
  });

  it('is not asked when a signal ended it', () => {
    const end = { exitCode: null, signal: 'SIGKILL', stderr: '', isStderrCut: false };
    expect(() => judgeRestore(end, { serverMajor: 15, missingRoles: [] })).toThrow(
      'restore-killed: pg_restore was ended by SIGKILL',
    );
  });
});
