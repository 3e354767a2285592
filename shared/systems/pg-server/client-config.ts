import type { ClientConfig } from 'pg';
import type { PgConnection } from '../../domain/pg-connection';

const CONNECT_TIMEOUT_MS = 15_000;
const KEEPALIVE_IDLE_MS = 30_000;

/** All of it is said here, because `pg` takes what is left out from the environment (PGHOST, PGPASSWORD, PGSSLMODE …). */
export function clientConfig(connection: PgConnection, answerTimeoutMs: number | undefined): ClientConfig {
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    database: connection.database,
    // a function, because pg takes an empty password for none and looks for PGPASSWORD and ~/.pgpass
    password: connection.password ?? (() => ''),
    ssl: sslOf(connection),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_IDLE_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'lifebook-backup',
    ...(answerTimeoutMs === undefined ? {} : { query_timeout: answerTimeoutMs }),
  };
}

/** `verify-full` checks the chain against Node's roots, and the name or address in the certificate; `require` encrypts only. */
function sslOf({ tls, host }: PgConnection): NonNullable<ClientConfig['ssl']> {
  if (tls === 'disable' || host.startsWith('/')) return false;
  return { rejectUnauthorized: tls === 'verify-full' };
}
