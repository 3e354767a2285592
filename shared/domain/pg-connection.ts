/** How to reach one database. Built from a configured URL by config/database-url.ts; never taken from a caller. */
export interface PgConnection {
  /** Host name or address; a path that starts with `/` is a socket folder. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Called just before each connect or spawn: a fixed password, or a fresh Entra token. Undefined: no password. */
  readonly password: (() => Promise<string>) | undefined;
  /** `verify-full` checks certificate and name against Node's own roots; `require` encrypts only; `disable` for local. */
  readonly tls: 'verify-full' | 'require' | 'disable';
}

/**
 * The same login connected to another database than `database`: nobody renames or drops the database that they are in.
 * `postgres` is there on every server, and `template1` where that is the one that is meant.
 */
export function connectedBeside(connection: PgConnection, database: string): PgConnection {
  if (connection.database !== database) return connection;
  return { ...connection, database: database === 'postgres' ? 'template1' : 'postgres' };
}

/** Names of servers do not care for case. */
export function isSameServer(
  one: Pick<PgConnection, 'host' | 'port'>,
  other: Pick<PgConnection, 'host' | 'port'>,
): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port;
}
