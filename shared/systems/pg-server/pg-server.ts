import type { AssetColumn } from '../../domain/blobs/asset-url';
import type { CatalogContents, CatalogTable } from '../../domain/backup/compare-contents';
import type { PgConnection } from '../../domain/pg-connection';
import type { PreflightFacts } from '../../domain/backup/preflight';

/**
 * A PostgreSQL server as the backup sees it: asked before the dump (preflight), held still during it (snapshot), and
 * asked who is in the way when a lock could not be had. Reads only. Everything works with a login that has
 * `pg_read_all_data` and CONNECT, on a primary and on a hot standby, majors 14 to 18.
 *
 * Failures of every method: `database-unreachable`, `database-login-refused`, `database-missing`,
 * `database-connection-lost`, `database-refused`; `canceled` when `signal` was aborted with no Failure as its reason.
 * None of their texts contains the password or the URL.
 */
export interface PgServer {
  /** What pg_dump will meet, read with a time-out of 60 s a statement. Takes no lock but on catalogs. */
  readPreflight(connection: PgConnection, signal?: AbortSignal): Promise<PreflightFacts>;

  /**
   * Opens a transaction that sees one moment of the database and lends that view to pg_dump (`--snapshot`). It stays
   * open, idle and without time-outs until `close`. Spawn pg_dump at once: TRUNCATE and DROP between this call and
   * pg_dump's locks show through the snapshot.
   *
   * `checksums`: the session will be asked for them; it then runs with fixed output settings.
   */
  openSnapshot(
    connection: PgConnection,
    options: { readonly checksums: boolean },
    signal?: AbortSignal,
  ): Promise<SnapshotSession>;

  /**
   * The sessions that hold or await a lock that ACCESS SHARE cannot pass, one sentence each: process id, user, application,
   * state, when its query began, the table; never the text of a query. `tables` narrows to these. At most 20.
   */
  describeBlockers(
    connection: PgConnection,
    tables?: readonly { readonly schema: string; readonly name: string }[],
    signal?: AbortSignal,
  ): Promise<string[]>;

  /**
   * The different values of a column as text, in byte order, by a cursor in batches; only those behind `after`. `each` is
   * awaited before the next batch. Takes as long as it takes; the login's row security is off, so that none is left out.
   */
  readTexts(
    connection: PgConnection,
    column: AssetColumn,
    options: { readonly after: string; readonly batch: number },
    each: (texts: readonly string[]) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void>;
}

export interface SnapshotSession {
  /** For `pg_dump --snapshot`; valid until `close`. */
  readonly snapshotId: string;
  /** Everything committed before is in the dump. On a standby: the commit time of its last replayed transaction. */
  readonly snapshotAt: Date;
  /** `version` as the server names it ('17.5'), without the packager's addition. */
  readonly server: { readonly version: string; readonly major: number };
  readonly warnings: readonly SnapshotWarning[];
  /**
   * Aborted, with a `database-connection-lost` Failure as its reason, when the connection breaks before `close`: the
   * snapshot is gone and pg_dump must be stopped. Never aborted by `close`.
   */
  readonly lost: AbortSignal;

  /** What the dump must hold. Call it after pg_dump's first byte, when pg_dump holds its locks. */
  readContents(): Promise<CatalogContents>;

  /**
   * One order-free checksum of all rows per table, keyed by `tableKey`; tables one after the other, each read once by
   * the server. Same rows, same value: on majors 14 to 18, with any row order.
   */
  checksums(tables: readonly CatalogTable[], signal?: AbortSignal): Promise<Map<string, string>>;

  /** How many rows pg_dump would write of each table, keyed by `tableKey`, without tables that are not there. */
  rowCounts(tables: readonly CatalogTable[], signal?: AbortSignal): Promise<Map<string, number>>;

  /** Ends the transaction and the connection. Never throws, may be called twice. */
  close(): Promise<void>;
}

export interface SnapshotWarning {
  /** `standby-without-replay`: an idle standby tells no time; its own clock was taken instead. */
  readonly code: string;
  readonly detail: string;
}
