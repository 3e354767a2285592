import type { DatabaseIdentity } from '../../domain/restore/database-handover';
import type { PgConnection } from '../../domain/pg-connection';
import type { TableTies } from '../../domain/restore/untie-tables';

/**
 * What creates and drops databases: needs the admin login (CREATEDB). `admin` is a connection to any database of the
 * server but the one that is meant: `postgres`, or what the admin URL names.
 *
 * Failures of every method: those of PgServer, and `database-exists`.
 */
export interface PgAdmin {
  /** The databases of this server with the comments that they have, in the order of their names. */
  listDatabases(admin: PgConnection, signal?: AbortSignal): Promise<FoundDatabase[]>;

  /**
   * Creates a database by `statement`, which creates it as `creationName`, gives it the comment, then its name. A worker
   * that dies in between leaves one whose name or comment tells whose it is.
   *
   * @returns its oid
   * @throws Failure `database-exists` when the name is taken; nothing is left behind
   */
  createDatabase(admin: PgConnection, order: NewDatabase, signal: AbortSignal): Promise<number>;

  /** Drops the database of this oid, if it has still this name, ending its sessions. Gone already is as good. */
  dropDatabase(admin: PgConnection, database: Pick<FoundDatabase, 'oid' | 'name'>): Promise<void>;

  /**
   * What tells whether anybody wrote to the connection's own database: rows written and relations there are, as the server
   * counts them. Vacuum and analyze do not change it; statistics that were reset do.
   */
  readWrites(connection: PgConnection, signal: AbortSignal): Promise<string>;

  /**
   * Drops a database that nobody is connected to, when it is still what was found. Gone already is as good.
   *
   * @throws Failure `previous-kept`
   */
  dropUnused(admin: PgConnection, database: FoundDatabase): Promise<void>;

  setComment(admin: PgConnection, database: string, comment: string | null, signal: AbortSignal): Promise<void>;

  /** @throws Failure `database-missing` */
  readIdentity(admin: PgConnection, database: string, signal: AbortSignal): Promise<DatabaseIdentity>;

  /** Runs statements in one transaction: all or none. */
  inTransaction(admin: PgConnection, statements: readonly string[], signal: AbortSignal): Promise<void>;

  /** Every table, foreign key and attached partition of the connection's own database. */
  readTies(connection: PgConnection, signal: AbortSignal): Promise<TableTies>;

  /** What became of a transaction (`pg_current_xact_id`); null: too long ago to be known. */
  transactionStatus(admin: PgConnection, transactionId: string): Promise<TransactionStatus>;

  /**
   * Renames the live database out of the way and the next one to its name, in one transaction, ending the live one's
   * sessions for it.
   *
   * @throws Failure `swap-blocked`, naming the sessions that could not be ended; then nothing has changed. After
   * `database-connection-lost` it may have happened: the oids tell.
   */
  switchNames(admin: PgConnection, order: SwitchOrder, signal: AbortSignal): Promise<void>;

  /** ANALYZE of all tables of the connection's own database; no time-out. */
  analyze(connection: PgConnection, signal: AbortSignal): Promise<void>;
}

export interface FoundDatabase {
  readonly oid: number;
  readonly name: string;
  readonly comment: string | null;
}

export type TransactionStatus = 'committed' | 'aborted' | 'in progress' | null;

export interface SwitchOrder {
  readonly live: Pick<FoundDatabase, 'oid' | 'name'>;
  readonly next: Pick<FoundDatabase, 'oid' | 'name'>;
  readonly liveBecomes: string;
  /** Written in the same transaction. */
  readonly comments: { readonly ofLive: string; readonly ofNext: string | null };
  /** How long sessions are ended before the switch gives up; the server takes its tries of 5 s to an end. */
  readonly patienceMs: number;
}

export interface NewDatabase {
  readonly name: string;
  readonly creationName: string;
  /** CREATE DATABASE … of `creationName`. */
  readonly statement: string;
  readonly comment: string;
}
