import type { PgServer } from './pg-server';

/** The real server, through the package `pg`. */
export function nodePostgres(): PgServer {
  throw new Error('not yet');
}
