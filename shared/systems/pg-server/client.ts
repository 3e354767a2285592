import { Client, type ClientConfig } from 'pg';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { pgFailure } from './pg-failure';

const CONNECT_TIMEOUT_MS = 15_000;

/** One connection; it ends with `close`, and a break in between is told by `lost`. */
export interface PgSession {
  readonly client: Client;
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * Connects with the time-outs of the session already set (as start-up options, so that no statement runs without them).
 * `signal` ends the connection, which makes everything that is under way fail.
 */
export async function connect(
  connection: PgConnection,
  timeouts: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<PgSession> {
  const client = new Client(await clientConfig(connection));
  const lost = new AbortController();
  let isClosing = false;
  // an 'error' without a listener would end the process
  client.on('error', (error) => {
    if (!isClosing) lost.abort(pgFailure(error, 'database-connection-lost'));
  });
  client.on('end', () => {
    if (!isClosing) lost.abort(new Failure('database-connection-lost', 'the server ended the connection'));
  });
  const close = async (): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    signal?.removeEventListener('abort', interrupt);
    // a connection that is not answering must not hold us up
    const patience = setTimeout(() => streamOf(client)?.destroy(), 2_000);
    await client.end().catch(() => undefined);
    clearTimeout(patience);
  };
  const interrupt = (): void => {
    isClosing = true;
    streamOf(client)?.destroy();
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    await client.connect();
    for (const [name, value] of Object.entries(timeouts)) {
      await client.query('select set_config($1, $2, false) from pg_settings where name = $1', [name, value]);
    }
  } catch (error) {
    await close();
    throw stopReason(signal) ?? pgFailure(error, 'database-unreachable');
  }
  return { client, lost: lost.signal, close };
}

/** Why the caller stopped us, when it did. */
export function stopReason(signal: AbortSignal | undefined): Failure | undefined {
  if (signal?.aborted !== true) return undefined;
  return signal.reason instanceof Failure ? signal.reason : new Failure('canceled', 'the work was stopped');
}

async function clientConfig(connection: PgConnection): Promise<ClientConfig> {
  const password = await connection.password?.();
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    database: connection.database,
    // '' instead of undefined: pg would otherwise look for PGPASSWORD and ~/.pgpass
    password: password ?? '',
    ssl: sslOf(connection),
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'lifebook-backup',
  };
}

/** `verify-full` checks chain and name against Node's roots; `require` encrypts only. */
function sslOf(connection: PgConnection): NonNullable<ClientConfig['ssl']> {
  if (connection.tls === 'disable' || connection.host.startsWith('/')) return false;
  return connection.tls === 'verify-full' ? { rejectUnauthorized: true } : { rejectUnauthorized: false };
}

function streamOf(client: Client): { destroy(): void } | undefined {
  return (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection?.stream;
}
