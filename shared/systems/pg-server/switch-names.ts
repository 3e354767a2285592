import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { quoteIdentifier, quoteLiteral } from '../../domain/sql-names';
import { connect, type PgSession } from './client';
import type { SwitchOrder } from './pg-admin';
import { BOUNDED } from './session-settings';

/**
 * object_in_use: the server itself waits five seconds for the sessions of a database that is renamed
 * (CountOtherDBBackends). lock_not_available: something else has the database locked, a copy of it for example.
 */
const IN_USE = ['55006', '55P03'];
const ROUND_MS = 20;
const NAMED_SESSIONS = 20;

/**
 * One sentence per session, without its query. Without pg_read_all_stats the kind and state of others are hidden: a
 * process without a user may then be autovacuum, which the server ends by itself.
 */
const SESSIONS = `
  select a.pid, format('%s (pid %s%s%s)', coalesce(a.usename, a.backend_type, 'a background process'), a.pid,
           ', ' || nullif(a.application_name, ''), ', ' || a.state) as description,
         (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
         or (a.usesysid is null and a.backend_type is null)
         or (a.usesysid is not null
             and not (select rolsuper from pg_catalog.pg_roles r where r.oid = a.usesysid)
             and (pg_has_role(current_user, a.usesysid, 'MEMBER')
                  or pg_has_role(current_user, 'pg_signal_backend', 'MEMBER'))) as "mayEnd"
    from pg_catalog.pg_stat_activity a
   where a.datid = $1 and a.pid <> pg_backend_pid()
     and coalesce(a.backend_type, '') not in ('autovacuum worker', 'parallel worker')`;
const PREPARED = `
  select format('prepared transaction "%s" of %s', gid, owner) as description
    from pg_catalog.pg_prepared_xacts where database = $1`;
const NAMES = `select oid::text, datname as name from pg_catalog.pg_database where oid = any ($1::oid[])`;

interface SessionRow {
  readonly pid: number;
  readonly description: string;
  readonly mayEnd: boolean;
}

/**
 * Both renames and both comments in one transaction, while a second session ends the live database's sessions: the first
 * rename takes the lock that logins need, so from then on nobody comes in, and whoever is in is ended. Tried again until
 * the patience is over, because a login may slip in before the lock. A failure changes nothing.
 */
export async function switchNames(admin: PgConnection, order: SwitchOrder, signal: AbortSignal): Promise<void> {
  const renaming = await connect(admin, { ...BOUNDED, lock_timeout: `${order.patienceMs}ms` }, signal);
  const ending = await connect(admin, BOUNDED, signal).catch(async (error: unknown) => {
    await renaming.close();
    throw error;
  });
  try {
    await refuseWhatCannotBeEnded(ending, order);
    const until = performance.now() + order.patienceMs;
    for (;;) {
      if (await tryOnce(renaming, ending, order)) return;
      const left = await ending.ask((client) => sessionsOf(client, order.live.oid));
      if (performance.now() >= until)
        throw blocked(
          order,
          left.map(({ description }) => description),
        );
    }
  } finally {
    await ending.close();
    await renaming.close();
  }
}

async function refuseWhatCannotBeEnded(ending: PgSession, { live, ...order }: SwitchOrder): Promise<void> {
  const inTheWay = await ending.ask(async (client) => {
    const sessions = await sessionsOf(client, live.oid);
    const prepared = await client.query<{ description: string }>(PREPARED, [live.name]);
    return [...sessions.filter(({ mayEnd }) => !mayEnd), ...prepared.rows].map(({ description }) => description);
  });
  if (inTheWay.length > 0) throw blocked({ live, ...order }, inTheWay);
}

/** False: the database was in use for as long as the server waits. */
async function tryOnce(renaming: PgSession, ending: PgSession, order: SwitchOrder): Promise<boolean> {
  const state = { isOver: false };
  const clearing = ending.ask((client) => endSessions(client, order.live.oid, state));
  // awaited below; the renames come first
  clearing.catch(() => undefined);
  try {
    return await renaming.ask((client) => rename(client, order));
  } finally {
    state.isOver = true;
    await clearing;
  }
}

async function rename(client: Client, order: SwitchOrder): Promise<boolean> {
  const { live, next } = order;
  await client.query('begin');
  try {
    await client.query(`alter database ${quoteIdentifier(live.name)} rename to ${quoteIdentifier(order.liveBecomes)}`);
    await client.query(`alter database ${quoteIdentifier(next.name)} rename to ${quoteIdentifier(live.name)}`);
    await client.query(commentSql(order.liveBecomes, order.comments.ofLive));
    await client.query(commentSql(live.name, order.comments.ofNext));
    await expectOids(client, order);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    if (IN_USE.includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}

/** The names may have been given to other databases since they were looked at. */
async function expectOids(client: Client, { live, next, liveBecomes }: SwitchOrder): Promise<void> {
  const { rows } = await client.query<{ oid: string; name: string }>(NAMES, [[live.oid, next.oid]]);
  const nameOf = (oid: number): string | undefined => rows.find((row) => row.oid === String(oid))?.name;
  if (nameOf(live.oid) === liveBecomes && nameOf(next.oid) === live.name) return;
  throw new Failure('swap-blocked', `"${live.name}" or "${next.name}" is another database than it was a moment ago`);
}

async function endSessions(client: Client, oid: number, state: { readonly isOver: boolean }): Promise<void> {
  while (!state.isOver) {
    for (const { pid } of await sessionsOf(client, oid)) {
      // one that may not be ended is named when the patience is over
      await client.query('select pg_terminate_backend($1)', [pid]).catch(ignoreRefusal);
    }
    await sleep(ROUND_MS);
  }
}

function ignoreRefusal(error: unknown): void {
  if ((error as { code?: string }).code !== '42501') throw error;
}

async function sessionsOf(client: Client, oid: number): Promise<SessionRow[]> {
  return (await client.query<SessionRow>(SESSIONS, [oid])).rows;
}

export function commentSql(database: string, comment: string | null): string {
  return `comment on database ${quoteIdentifier(database)} is ${comment === null ? 'null' : quoteLiteral(comment)}`;
}

function blocked({ live }: Pick<SwitchOrder, 'live'>, inTheWay: readonly string[]): Failure {
  const rest = inTheWay.length - NAMED_SESSIONS;
  const named = inTheWay.slice(0, NAMED_SESSIONS).join('; ') + (rest > 0 ? ` and ${rest} more` : '');
  return new Failure('swap-blocked', `"${live.name}" is in use; in the way: ${named || 'sessions that come and go'}`);
}
