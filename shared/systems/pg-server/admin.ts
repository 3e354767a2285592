import type { Client } from 'pg';
import { Failure } from '../../domain/failure';
import { quoteIdentifier } from '../../domain/sql-names';
import { inBoundedSession, inUnboundedSession } from './one-session';
import { commentSql, switchNames } from './switch-names';
import { readIdentity } from './database-identity';
import { readTableTies } from './table-ties';
import type { FoundDatabase, NewDatabase, PgAdmin, TransactionStatus } from './pg-admin';

const DATABASES = `
  select oid::text, datname as name, shobj_description(oid, 'pg_database') as comment
    from pg_catalog.pg_database order by datname collate "C"`;

/** Large objects are rows of a catalog. */
const WRITES = `
  select (select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_catalog.pg_stat_all_tables
           where schemaname !~ '^pg_' or relname like 'pg\\_largeobject%')
         || ' in ' || (select count(*) from pg_catalog.pg_class where relpersistence <> 't') as writes`;
const TRANSACTION = 'select pg_xact_status($1::xid8) as status';

/** The real server, through the package `pg`. */
export function nodePostgresAdmin(): PgAdmin {
  return {
    listDatabases: (admin, signal) => inBoundedSession(admin, signal, readDatabases),
    createDatabase: (admin, order, signal) => inUnboundedSession(admin, signal, (client) => create(client, order)),
    dropDatabase: (admin, database) => inUnboundedSession(admin, undefined, (client) => drop(client, database)),
    readWrites: (connection, signal) =>
      inBoundedSession(connection, signal, async (client) => {
        const { rows } = await client.query<{ writes: string }>(WRITES);
        return rows[0]?.writes ?? '';
      }),
    dropUnused: (admin, database) => inUnboundedSession(admin, undefined, (client) => dropUnused(client, database)),
    setComment: (admin, database, comment, signal) =>
      inBoundedSession(admin, signal, async (client) => {
        await client.query(commentSql(database, comment));
      }),
    readIdentity: (admin, database, signal) =>
      inBoundedSession(admin, signal, (client) => readIdentity(client, database)),
    inTransaction: (admin, statements, signal) =>
      inBoundedSession(admin, signal, async (client) => {
        // what fails ends the session, and the transaction with it
        for (const statement of ['begin', ...statements, 'commit']) await client.query(statement);
      }),
    readTies: (connection, signal) => inBoundedSession(connection, signal, readTableTies),
    transactionStatus: (admin, transactionId) =>
      inBoundedSession(admin, undefined, async (client) => {
        const { rows } = await client.query<{ status: TransactionStatus }>(TRANSACTION, [transactionId]);
        return rows[0]?.status ?? null;
      }),
    switchNames,
    analyze: (connection, signal) =>
      inUnboundedSession(connection, signal, async (client) => {
        await client.query('analyze');
      }),
  };
}

async function readDatabases(client: Client): Promise<FoundDatabase[]> {
  const { rows } = await client.query<{ oid: string; name: string; comment: string | null }>(DATABASES);
  return rows.map(({ oid, name, comment }) => ({ oid: Number(oid), name, comment }));
}

async function create(client: Client, order: NewDatabase): Promise<number> {
  if ((await readDatabases(client)).some(({ name }) => name === order.name)) throw exists(order.name);
  await client.query(order.statement);
  try {
    await client.query(commentSql(order.creationName, order.comment));
    await client.query(
      `alter database ${quoteIdentifier(order.creationName)} rename to ${quoteIdentifier(order.name)}`,
    );
  } catch (error) {
    await client.query(`drop database if exists ${quoteIdentifier(order.creationName)}`);
    // 42P04 duplicate_database: somebody was faster
    throw (error as { code?: string }).code === '42P04' ? exists(order.name) : error;
  }
  const created = (await readDatabases(client)).find(({ name }) => name === order.name);
  if (created === undefined) throw new Failure('database-refused', `${order.name} is gone right after its creation`);
  return created.oid;
}

async function drop(client: Client, { oid, name }: Pick<FoundDatabase, 'oid' | 'name'>): Promise<void> {
  const found = (await readDatabases(client)).find((database) => database.oid === oid);
  if (found?.name !== name) return;
  await client.query(`drop database ${quoteIdentifier(name)} with (force)`);
}

async function dropUnused(client: Client, database: FoundDatabase): Promise<void> {
  const { oid, name, comment } = database;
  const found = (await readDatabases(client)).find((candidate) => candidate.oid === oid);
  if (found === undefined) return;
  if (found.name !== name || found.comment !== comment) throw kept(`"${name}" is not what it was a moment ago`);
  try {
    // without FORCE: the server itself sees to it that nobody is connected
    await client.query(`drop database ${quoteIdentifier(name)}`);
  } catch (error) {
    // 55006 object_in_use
    if ((error as { code?: string }).code === '55006') throw kept(`"${name}" stays: somebody is connected to it`);
    throw error;
  }
}

const kept = (detail: string): Failure => new Failure('previous-kept', detail);

function exists(name: string): Failure {
  return new Failure('database-exists', `targetDatabase: a database "${name}" is there already`);
}
