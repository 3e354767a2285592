import { readBlockers } from './blocker-query';
import { readColumnTexts } from './column-texts';
import type { PgServer } from './pg-server';
import { readPreflightFacts } from './preflight-queries';
import { inBoundedSession, inUnboundedSession } from './one-session';
import { openSnapshot } from './snapshot';

/** The real server, through the package `pg`. */
export function nodePostgres(): PgServer {
  return {
    readPreflight: (connection, signal) => inBoundedSession(connection, signal, readPreflightFacts),
    openSnapshot,
    describeBlockers: (connection, tables, signal) =>
      inBoundedSession(connection, signal, (client) => readBlockers(client, tables)),
    readTexts: (connection, column, options, each, signal) =>
      inUnboundedSession(connection, signal, (client) => readColumnTexts(client, column, options, each)),
  };
}
