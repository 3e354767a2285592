import { createServer, type Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { Failure } from '../../shared/domain/failure';
import type { PgConnection } from '../../shared/domain/pg-connection';
import { connect } from '../../shared/systems/pg-server/client';
import { nodePostgres } from '../../shared/systems/pg-server/node-postgres';
import { Cleanup } from '../fixtures/environment/cleanup';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { failureOf } from '../fixtures/pg-server/failure-of';

const PASSWORD = 'the-secret-canary';
const pgServer = nodePostgres();

describe.each([14, 18] as const)('sessions on PostgreSQL %i', (major) => {
  const cleanup = new Cleanup();
  let server: LocalPostgres;
  let connection: PgConnection;

  beforeAll(async () => {
    server = await cleanup.add(startPostgres({ major, settings: { max_prepared_transactions: '5' } }));
    await sql(
      server,
      'postgres',
      'create database closed',
      'create database shop',
      `create role backup login password '${PASSWORD}'`,
      'grant pg_read_all_data to backup',
      'revoke connect on database closed from public',
    );
    await sql(server, 'shop', 'create table t (a int)', 'insert into t values (1)');
    connection = connectionTo(server, 'shop', { name: 'backup', password: PASSWORD });
  });
  afterAll(() => cleanup.stopAll());

  it('tells why it cannot connect, and never the password', async () => {
    const at = (change: Partial<PgConnection>): Promise<Failure> =>
      failureOf(pgServer.readPreflight({ ...connection, ...change }));
    const wrong = `wrong-${PASSWORD}`;
    const failures = {
      closedPort: await at({ port: await freePort() }),
      noSuchHost: await at({ host: 'no-such-host.invalid' }),
      noSocket: await at({ host: '/nonexistent' }),
      wrongPassword: await at({ password: () => Promise.resolve(wrong) }),
      noPassword: await at({ password: undefined }),
      noSuchRole: await at({ user: 'nobody' }),
      noConnect: await at({ database: 'closed' }),
      noSuchDatabase: await at({ database: 'no such' }),
      noTls: await at({ tls: 'verify-full' }),
    };
    expect(Object.fromEntries(Object.entries(failures).map(([name, { code }]) => [name, code]))).toEqual({
      closedPort: 'database-unreachable',
      noSuchHost: 'database-unreachable',
      noSocket: 'database-unreachable',
      wrongPassword: 'database-login-refused',
      noPassword: 'database-login-refused',
      noSuchRole: 'database-login-refused',
      noConnect: 'database-login-refused',
      noSuchDatabase: 'database-missing',
      noTls: 'database-unreachable',
    });
    expect(failures.closedPort.detail).toMatch(/ECONNREFUSED/);
    expect(failures.noTls.detail).toBe('The server does not support SSL connections');
    expect(
      JSON.stringify(Object.values(failures).map((failure) => [failure.message, failure.detail, failure.hint])),
    ).not.toContain(PASSWORD);
  });

  it('does not take a password from the environment', async () => {
    process.env['PGPASSWORD'] = PASSWORD;
    try {
      const failure = await failureOf(pgServer.readPreflight({ ...connection, password: undefined }));
      expect(failure.code).toBe('database-login-refused');
    } finally {
      delete process.env['PGPASSWORD'];
    }
  });

  it('passes on the failure of whoever fetches the password', async () => {
    const noToken = new Failure('not-configured', 'no identity');
    const password = (): Promise<string> => Promise.reject(noToken);
    expect(await failureOf(pgServer.readPreflight({ ...connection, password }))).toBe(noToken);
  });

  it('reads the facts of the preflight with a login that only reads', async () => {
    const facts = await pgServer.readPreflight(connection);
    expect(facts.server.major).toBe(major);
    expect(facts.server.version).toMatch(new RegExp(`^${major}\\.\\d+$`));
    expect(facts.databaseSizeBytes).toBeGreaterThan(1_000_000);
    expect({ ...facts, server: 0, databaseSizeBytes: 0, extensions: 0 }).toEqual({
      server: 0,
      inRecovery: false,
      login: { name: 'backup', superuser: false },
      database: 'shop',
      databaseSizeBytes: 0,
      unreadableTables: [],
      unreadableSequences: [],
      unusableSchemas: [],
      tablesWithHiddenRows: [],
      unreadableLargeObjects: { count: 0, oids: [], owners: [] },
      extensions: 0,
      subscriptions: [],
      userMappingsWithHiddenOptions: [],
      foreignTables: [],
      unloggedTables: [],
      eventTriggers: [],
      otherOwners: [],
    });
  });

  it('is not fooled by functions, operators and tables of the database that are named like those of the server', async () => {
    await sql(
      server,
      'shop',
      `create schema evil`,
      `create table evil.pg_class (oid oid, relname text)`,
      `create function evil.has_table_privilege(oid, text) returns boolean language sql as 'select false'`,
      `create function evil.neq(name, text) returns boolean language sql as 'select false'`,
      `create operator evil.<> (leftarg = name, rightarg = text, function = evil.neq)`,
      `alter role backup set search_path = evil, pg_catalog`,
    );
    const facts = await pgServer.readPreflight(connection);
    expect(facts.unreadableTables).toEqual([]);
    const snapshot = await pgServer.openSnapshot(connection, { checksums: false });
    const { tables } = await snapshot.readContents();
    await snapshot.close();
    expect(tables).toEqual([
      { schema: 'evil', name: 'pg_class' },
      { schema: 'public', name: 't' },
    ]);
    await sql(server, 'shop', 'drop schema evil cascade', 'alter role backup reset search_path');
  });

  it('keeps the snapshot open whatever time-outs the role and the database have', async () => {
    const timeouts = [
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'idle_session_timeout',
    ];
    if (major >= 17) timeouts.push('transaction_timeout');
    await sql(server, 'shop', ...timeouts.map((name) => `alter role backup set ${name} = '300ms'`));
    const snapshot = await pgServer.openSnapshot(connection, { checksums: true });
    await sql(server, 'shop', 'insert into t values (2)', 'create table later (a int)');
    await sleep(700);
    expect(snapshot.lost.aborted).toBe(false);
    // one moment: neither the row nor the table of later
    const { tables } = await snapshot.readContents();
    expect(tables).toEqual([{ schema: 'public', name: 't' }]);
    const importing = new Client({ connectionString: server.url('shop') });
    await importing.connect();
    await importing.query('begin isolation level repeatable read read only');
    await importing.query(`set transaction snapshot '${snapshot.snapshotId}'`);
    expect((await importing.query<{ a: number }>('select a from t')).rows).toEqual([{ a: 1 }]);
    await importing.end();
    expect(Math.abs(Date.now() - snapshot.snapshotAt.getTime())).toBeLessThan(30_000);
    expect(snapshot.warnings).toEqual([]);
    await snapshot.close();
    await sql(server, 'shop', 'alter role backup reset all', 'drop table later', 'delete from t where a = 2');
  });

  it('tells at once when the connection breaks, and never when it was closed', async () => {
    const snapshot = await pgServer.openSnapshot(connection, { checksums: false });
    const lost = new Promise((resolve) => snapshot.lost.addEventListener('abort', resolve));
    await sql(server, 'shop', `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'backup'`);
    await lost;
    expect(snapshot.lost.reason).toMatchObject({ code: 'database-connection-lost' });
    expect((snapshot.lost.reason as Failure).detail).toMatch(/terminating connection due to administrator command/);
    expect((await failureOf(snapshot.readContents())).code).toBe('database-connection-lost');
    await snapshot.close();
    await snapshot.close();

    const closed = await pgServer.openSnapshot(connection, { checksums: false });
    await closed.close();
    await sleep(50);
    expect(closed.lost.aborted).toBe(false);
  });

  it('fails what is under way when the connection is cut', async () => {
    const proxy = await Proxy.start(server.port);
    const snapshot = await pgServer.openSnapshot({ ...connection, port: proxy.port }, { checksums: true });
    const holder = await locking(server, 'shop', 't');
    const sums = failureOf(snapshot.checksums([{ schema: 'public', name: 't' }]));
    await sleep(100);
    proxy.cut();
    expect((await sums).code).toBe('database-connection-lost');
    expect(snapshot.lost.aborted).toBe(true);
    await snapshot.close();
    await holder.end();
    await proxy.stop();
  });

  it('closes within seconds when the server does not answer any more', async () => {
    const proxy = await Proxy.start(server.port);
    const snapshot = await pgServer.openSnapshot({ ...connection, port: proxy.port }, { checksums: false });
    proxy.freeze();
    const begun = Date.now();
    await snapshot.close();
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(snapshot.lost.aborted).toBe(false);
    await proxy.stop();
  });

  it('waits for an answer no longer than it was told to', async () => {
    const session = await connect(connection, {}, undefined, 1_000);
    const failure = await failureOf(session.ask((client) => client.query('select pg_sleep(10)')));
    expect([failure.code, failure.detail]).toEqual(['database-connection-lost', 'Query read timeout']);
    await session.close();
  });

  it('stops with the reason of the caller', async () => {
    const shutDown = new Failure('shut-down', 'the host stops');
    const stop = new AbortController();
    const holder = await locking(server, 'shop', 't');
    const snapshot = await pgServer.openSnapshot(connection, { checksums: true }, stop.signal);
    const sums = failureOf(snapshot.checksums([{ schema: 'public', name: 't' }]));
    await sleep(100);
    stop.abort(shutDown);
    expect(await sums).toBe(shutDown);
    expect(snapshot.lost.aborted).toBe(false);
    await snapshot.close();
    expect(await failureOf(pgServer.openSnapshot(connection, { checksums: false }, stop.signal))).toBe(shutDown);
    expect((await failureOf(pgServer.readPreflight(connection, AbortSignal.abort()))).code).toBe('canceled');

    const stopSums = new AbortController();
    const another = await pgServer.openSnapshot(connection, { checksums: true });
    const moreSums = failureOf(another.checksums([{ schema: 'public', name: 't' }], stopSums.signal));
    await sleep(100);
    stopSums.abort(shutDown);
    expect(await moreSums).toBe(shutDown);
    await another.close();
    await holder.end();
  });

  it('stops while it connects to something that does not answer', async () => {
    const silent = await Proxy.start(server.port);
    silent.freeze();
    const stop = new AbortController();
    const opening = failureOf(pgServer.readPreflight({ ...connection, port: silent.port }, stop.signal));
    await sleep(100);
    stop.abort();
    expect((await opening).code).toBe('canceled');
    await silent.stop();
  });

  it('names who is in the way of a lock, and not what they run', async () => {
    await sql(server, 'shop', 'create table "o""ther" (a int)', 'create table prepared (a int)');
    const holder = await locking(server, 'shop', 't');
    const waiting = new Client({ connectionString: server.url('shop'), application_name: 'a migration' });
    await waiting.connect();
    const wait = waiting.query(`begin; lock table "o""ther"; alter table t add secret text default 'hidden'`);
    await sql(server, 'shop', `begin; drop table prepared; prepare transaction 'left behind'`);
    await sleep(200);
    const stamp = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';
    const expected = [
      `process \\d+ of postgres \\(holder, idle in transaction since ${stamp}\\) holds ACCESS EXCLUSIVE on public\\.t`,
      `process \\d+ of postgres \\(a migration, active since ${stamp}\\) holds ACCESS EXCLUSIVE on public\\."o""ther"`,
      `process \\d+ of postgres \\(a migration, active since ${stamp}\\) waits for ACCESS EXCLUSIVE on public\\.t`,
      `the prepared transaction 'left behind' of postgres holds ACCESS EXCLUSIVE on public\\.prepared`,
    ];
    const named = await pgServer.describeBlockers(connectionTo(server, 'shop'));
    expect(named).toHaveLength(4);
    for (const sentence of expected) {
      expect(named).toContainEqual(expect.stringMatching(new RegExp(`^${sentence}$`)));
    }
    const narrowed = await pgServer.describeBlockers(connectionTo(server, 'shop'), [
      { schema: 'public', name: 'o"ther' },
    ]);
    expect(narrowed).toEqual(named.filter((sentence) => sentence.endsWith('"o""ther"')));
    // who may not look into other sessions still learns which they are
    expect(await pgServer.describeBlockers(connection)).toHaveLength(4);
    expect(JSON.stringify(named)).not.toMatch(/secret|hidden|alter/);

    await holder.end();
    await wait;
    await waiting.end();
    await sql(server, 'shop', `rollback prepared 'left behind'`, 'drop table "o""ther", prepared');
    expect(await pgServer.describeBlockers(connection)).toEqual([]);
  });
});

async function locking(server: LocalPostgres, database: string, table: string): Promise<Client> {
  const client = new Client({ connectionString: server.url(database), application_name: 'holder' });
  await client.connect();
  await client.query(`begin; lock table ${table} in access exclusive mode`);
  return client;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const portOf = (server: Server): number => (server.address() as { port: number }).port;

/** Between us and the server: can cut connections, or keep them and pass nothing on. */
class Proxy {
  private readonly sockets = new Set<Socket>();
  private isFrozen = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (near) => this.join(near));
  }

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(createServer({ allowHalfOpen: true }), target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return portOf(this.server);
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  freeze(): void {
    this.isFrozen = true;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket): void {
    const far = new Socket({ allowHalfOpen: true }).connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => {
        if (!this.isFrozen) to.write(chunk);
      });
      from.on('end', () => {
        if (!this.isFrozen) to.end();
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}
