import type { Client } from 'pg';
import type { PgConnection } from '../../domain/pg-connection';
import { readBlockers } from './blocker-query';
import { connect } from './client';
import type { PgServer } from './pg-server';
import { readPreflightFacts } from './preflight-queries';
import { ANSWER_TIMEOUT_MS, BOUNDED } from './session-settings';
import { openSnapshot } from './snapshot';

/** The real server, through the package `pg`. */
export function nodePostgres(): PgServer {
  return {
    readPreflight: (connection, signal) => inSession(connection, signal, readPreflightFacts),
    openSnapshot,
    describeBlockers: (connection, tables, signal) =>
      inSession(connection, signal, (client) => readBlockers(client, tables)),
  };
}

async function inSession<T>(
  connection: PgConnection,
  signal: AbortSignal | undefined,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const session = await connect(connection, BOUNDED, signal, ANSWER_TIMEOUT_MS);
  try {
    return await session.ask(work);
  } finally {
    await session.close();
  }
}
