import { execFile } from 'node:child_process';
import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { nodePostgres } from '../../shared/systems/pg-server/node-postgres';
import { networkReach } from '../../shared/systems/pg-server/reach';
import { makeSelfSignedCertificate } from '../../infra/local/azure/self-signed-certificate';
import { Cleanup } from '../fixtures/environment/cleanup';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { failureOf } from '../fixtures/pg-server/failure-of';

const cleanup = new Cleanup();
const pgServer = nodePostgres();
let server: LocalPostgres;
let certificateFile: string;

beforeAll(async () => {
  server = await cleanup.add(startPostgres({ major: 17 }));
  certificateFile = join(server.dataDir, 'server.crt');
  const { cert, key } = makeSelfSignedCertificate();
  const { uid, gid } = await stat(server.dataDir);
  for (const [file, text] of [
    [certificateFile, cert],
    [join(server.dataDir, 'server.key'), key],
  ] as const) {
    await writeFile(file, text, { mode: 0o600 });
    await chown(file, uid, gid);
  }
  await sql(server, 'postgres', 'alter system set ssl = on', 'select pg_reload_conf()');
  for (let tries = 0; tries < 100 && !(await hasTls()); tries++) await sleep(50);
});
afterAll(() => cleanup.stopAll());

it('encrypts and checks no certificate with "require"', async () => {
  const connection = { ...connectionTo(server, 'postgres'), tls: 'require' as const };
  const snapshot = await pgServer.openSnapshot(connection, { checksums: false });
  const [row] = await sql(
    server,
    'postgres',
    `select s.ssl from pg_stat_ssl s join pg_stat_activity a using (pid) where application_name = 'lifebook-backup'`,
  );
  await snapshot.close();
  expect(row).toEqual({ ssl: true });
});

it('refuses a certificate that no known authority has signed with "verify-full"', async () => {
  const failure = await failureOf(pgServer.readPreflight({ ...connectionTo(server, 'postgres'), tls: 'verify-full' }));
  expect([failure.code, failure.detail]).toEqual(['database-unreachable', 'self-signed certificate']);
});

it('tells of the handshake alone, for a self-test, what is wrong with it', async () => {
  const { signal } = new AbortController();
  const shake = (tls: 'require' | 'verify-full'): Promise<string> =>
    networkReach().startTls({ ...connectionTo(server, 'postgres'), tls }, signal);
  expect(await shake('require')).toBe('TLSv1.3');
  expect((await failureOf(shake('verify-full'))).detail).toBe('the TLS handshake failed: self-signed certificate');
});

it("accepts a known authority's certificate under the address that it is for, and under no other name", async () => {
  const program = require.resolve('../fixtures/pg-server/ask-with-tls');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', program, '127.0.0.1', 'localhost'],
    {
      env: {
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: certificateFile,
        TEST_PORT: String(server.port),
        TEST_PASSWORD: server.password,
      },
    },
  );
  const answers = JSON.parse(stdout) as Record<string, string>;
  expect(answers['127.0.0.1']).toBe('17');
  expect(answers['localhost']).toMatch(
    /^Failure: database-unreachable: Hostname\/IP does not match certificate's altnames/,
  );
});

async function hasTls(): Promise<boolean> {
  const connection = { ...connectionTo(server, 'postgres'), tls: 'require' as const };
  return pgServer.readPreflight(connection).then(
    () => true,
    () => false,
  );
}
