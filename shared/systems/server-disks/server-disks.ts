import type { PgConnection } from '../../domain/pg-connection';
import type { ServerSpace } from '../../domain/restore/restore-space';

/** How much room there is. Nothing here throws: what cannot be known is null. */
export interface ServerDisks {
  /** Of the disk that holds the server's data; `dataDirectory` as the server tells it, or null. */
  ofServer(connection: Pick<PgConnection, 'host'>, dataDirectory: string | null): Promise<ServerSpace | null>;
  /** Bytes free on this instance's temporary disk. */
  temporaryFreeBytes(): Promise<number>;
}
