import type { PgConnection } from '../../domain/pg-connection';
import { connect, stopReason } from './client';
import { BLOCKERS } from './blocker-query';
import { pgFailure } from './pg-failure';
import type { PgServer } from './pg-server';
import { readPreflightFacts } from './preflight-queries';
import { openSnapshot } from './snapshot';

const PREFLIGHT_TIMEOUTS = {
  statement_timeout: '60s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '60s',
};

/** The real server, through the package `pg`. */
export function nodePostgres(): PgServer {
  return {
    readPreflight: (connection, signal) =>
      inSession(connection, signal, (client) => readPreflightFacts(client, connection)),
    openSnapshot,
    describeBlockers: (connection, tables, signal) =>
      inSession(connection, signal, async (client) => {
        const names = tables === undefined ? null : tables.map(({ schema, name }) => JSON.stringify([schema, name]));
        const { rows } = await client.query<{ sentence: string }>(BLOCKERS, [names]);
        return rows.map((row) => row.sentence);
      }),
  };
}

async function inSession<T>(
  connection: PgConnection,
  signal: AbortSignal | undefined,
  work: (client: Awaited<ReturnType<typeof connect>>['client']) => Promise<T>,
): Promise<T> {
  const session = await connect(connection, PREFLIGHT_TIMEOUTS, signal);
  try {
    return await work(session.client);
  } catch (error) {
    throw stopReason(signal) ?? pgFailure(error, 'database-connection-lost');
  } finally {
    await session.close();
  }
}
