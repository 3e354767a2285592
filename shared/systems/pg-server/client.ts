import { Client } from 'pg';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { clientConfig } from './client-config';
import { connectFailure, lostFailure, queryFailure } from './pg-failure';

const CLOSE_PATIENCE_MS = 2_000;

/**
 * Sets what this server's major knows of it. SQL_ASCII databases hold any bytes, which a server cannot turn into UTF-8:
 * there they come as they are.
 */
const SET_ALL = `
  select set_config(s.name, w.value, false)
    from unnest($1::text[], $2::text[]) w (name, value) join pg_catalog.pg_settings s on s.name = w.name
  union all
  select set_config('client_encoding', 'SQL_ASCII', false) where current_setting('server_encoding') = 'SQL_ASCII'`;

/** One connection. */
export interface PgSession {
  /** Aborted with a `database-connection-lost` Failure when the connection breaks before `close`. */
  readonly lost: AbortSignal;
  /** Runs `work`; what it throws comes as a Failure, and as the caller's own reason when its signal was aborted. */
  ask<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Never throws, may be called twice; two seconds at most. */
  close(): Promise<void>;
}

/**
 * Connects and applies `settings`. When `signal` is aborted, at any time until `close`, the connection is cut, so that
 * whatever is under way fails at once. `answerTimeoutMs` bounds each query from our side; default: no bound.
 */
export async function connect(
  connection: PgConnection,
  settings: Readonly<Record<string, string>>,
  signal?: AbortSignal,
  answerTimeoutMs?: number,
): Promise<PgSession> {
  if (signal?.aborted) throw stopReason(signal);
  const session = new NodePostgresSession(new Client(clientConfig(connection, answerTimeoutMs)), signal);
  await session.open(settings);
  return session;
}

class NodePostgresSession implements PgSession {
  private readonly lostController = new AbortController();
  private isOpen = false;
  private readonly cut = (): void => {
    this.isOpen = false;
    this.destroy();
  };

  constructor(
    private readonly client: Client,
    private readonly signal: AbortSignal | undefined,
  ) {
    // comes before 'end' in every case that `end()` did not bring about; without a listener it would end the process
    client.on('error', (error) => this.lose(error));
    signal?.addEventListener('abort', this.cut, { once: true });
  }

  get lost(): AbortSignal {
    return this.lostController.signal;
  }

  async open(settings: Readonly<Record<string, string>>): Promise<void> {
    try {
      await this.client.connect();
      this.isOpen = true;
      // first of all: nothing in a public schema may stand for a function or operator of the server
      await this.client.query("set search_path = ''");
      await this.client.query(SET_ALL, [Object.keys(settings), Object.values(settings)]);
    } catch (error) {
      await this.close();
      throw this.signal?.aborted ? stopReason(this.signal) : connectFailure(error);
    }
  }

  async ask<T>(work: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await work(this.client);
    } catch (error) {
      if (this.signal?.aborted) throw stopReason(this.signal);
      throw this.lost.aborted ? this.lost.reason : queryFailure(error);
    }
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.signal?.removeEventListener('abort', this.cut);
    // a server that does not answer must not hold us up
    const patience = setTimeout(() => this.destroy(), CLOSE_PATIENCE_MS);
    await this.client.end().catch(() => undefined);
    clearTimeout(patience);
  }

  private lose(error: Error): void {
    if (this.isOpen) this.lostController.abort(new Failure('database-connection-lost', lostFailure(error).detail));
    this.isOpen = false;
  }

  private destroy(): void {
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** The caller's own reason to stop, when it gave one. */
function stopReason(signal: AbortSignal): Failure {
  return signal.reason instanceof Failure ? signal.reason : new Failure('canceled', 'the work was stopped');
}
