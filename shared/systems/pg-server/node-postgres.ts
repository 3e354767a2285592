import { readBlockers } from './blocker-query';
import type { PgServer } from './pg-server';
import { readPreflightFacts } from './preflight-queries';
import { inBoundedSession } from './one-session';
import { openSnapshot } from './snapshot';

/** The real server, through the package `pg`. */
export function nodePostgres(): PgServer {
  return {
    readPreflight: (connection, signal) => inBoundedSession(connection, signal, readPreflightFacts),
    openSnapshot,
    describeBlockers: (connection, tables, signal) =>
      inBoundedSession(connection, signal, (client) => readBlockers(client, tables)),
  };
}
