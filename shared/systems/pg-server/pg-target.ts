import type { PgConnection } from '../../domain/pg-connection';
import type { LiveObjects, TargetFacts } from '../../domain/restore/target-facts';

/**
 * A server as a restore meets it. Reads only, with a time-out of 60 s a statement.
 *
 * Failures of every method: those of PgServer.
 */
export interface PgTarget {
  /** `admin` is connected to any database of the server but `database`, which need not exist. */
  readFacts(admin: PgConnection, database: string, signal?: AbortSignal): Promise<TargetFacts>;
  /** Of the connection's own database. */
  readObjects(connection: PgConnection, signal?: AbortSignal): Promise<LiveObjects>;
  /** The app's schema revision in the connection's own database; null: none, or not readable. */
  readRevision(connection: PgConnection, signal?: AbortSignal): Promise<string | null>;
}
