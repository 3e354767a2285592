import type { PgConnection } from '../../domain/pg-connection';

/**
 * The way to a server, hop by hop, without a login. Each looks anew and leaves no connection behind. What is wrong comes
 * as `database-unreachable`, in words that name no address; the reason of `signal` when that was aborted.
 */
export interface PgReach {
  /** The addresses of the host, by what kind of network they belong to. A socket folder resolves to nothing. */
  resolve(
    connection: PgConnection,
    signal: AbortSignal,
  ): Promise<{ readonly private: number; readonly public: number }>;
  /** A connection on the port. */
  open(connection: PgConnection, signal: AbortSignal): Promise<void>;
  /** The handshake that `connection.tls` asks for; gives the protocol's version, `TLSv1.3`. */
  startTls(connection: PgConnection, signal: AbortSignal): Promise<string>;
}
