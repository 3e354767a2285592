import type { Client } from 'pg';
import { type CatalogContents, type CatalogTable, tableKey } from '../../domain/backup/compare-contents';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { readCatalogContents } from './catalog-queries';
import { connect, type PgSession } from './client';
import { dumpedRows } from './dumped-rows';
import type { SnapshotSession, SnapshotWarning } from './pg-server';
import { serverVersion } from './preflight-queries';
import { FIXED_OUTPUT, UNBOUNDED } from './session-settings';
import { checksumTable } from './table-checksum';

interface SnapshotRow {
  readonly id: string;
  readonly version: string;
  readonly number: number;
  readonly recovery: boolean;
  readonly atMs: number;
  readonly replayedMs: number | null;
}

const BEGIN = 'begin isolation level repeatable read read only';
/** Times come as numbers, because pg cannot read each DateStyle. */
const EXPORT = `
  select pg_export_snapshot() as id, current_setting('server_version') as version,
         current_setting('server_version_num')::int as number, pg_is_in_recovery() as recovery,
         extract(epoch from now())::float8 * 1000 as "atMs",
         case when pg_is_in_recovery() then extract(epoch from pg_last_xact_replay_timestamp())::float8 * 1000 end
           as "replayedMs"`;

export async function openSnapshot(
  connection: PgConnection,
  options: { readonly checksums: boolean },
  signal?: AbortSignal,
): Promise<SnapshotSession> {
  const settings = options.checksums ? { ...UNBOUNDED, ...FIXED_OUTPUT } : UNBOUNDED;
  const session = await connect(connection, settings, signal);
  try {
    const row = await session.ask(async (client) => {
      await client.query(BEGIN);
      return (await client.query<SnapshotRow>(EXPORT)).rows[0];
    });
    if (row === undefined) throw new Failure('database-refused', 'the server exported no snapshot');
    return new NodePostgresSnapshot(session, row);
  } catch (error) {
    await session.close();
    throw error;
  }
}

class NodePostgresSnapshot implements SnapshotSession {
  readonly snapshotId: string;
  readonly snapshotAt: Date;
  readonly server: { readonly version: string; readonly major: number };
  readonly warnings: readonly SnapshotWarning[];

  constructor(
    private readonly session: PgSession,
    row: SnapshotRow,
  ) {
    const { version, major } = serverVersion(row.version, row.number);
    const detail = 'the standby has replayed no transaction since it started, so its own clock gave the snapshot time';
    this.snapshotId = row.id;
    this.snapshotAt = new Date(Math.floor(row.replayedMs ?? row.atMs));
    this.server = { version, major };
    this.warnings = row.recovery && row.replayedMs === null ? [{ code: 'standby-without-replay', detail }] : [];
  }

  get lost(): AbortSignal {
    return this.session.lost;
  }

  readContents(): Promise<CatalogContents> {
    return this.session.ask(readCatalogContents);
  }

  checksums(tables: readonly CatalogTable[], signal?: AbortSignal): Promise<Map<string, string>> {
    return this.ofEach(tables, checksumTable, signal);
  }

  rowCounts(tables: readonly CatalogTable[], signal?: AbortSignal): Promise<Map<string, number>> {
    return this.ofEach(tables, countRows, signal);
  }

  private async ofEach<T>(
    tables: readonly CatalogTable[],
    read: (client: Client, table: CatalogTable) => Promise<[key: string, value: T] | undefined>,
    signal?: AbortSignal,
  ): Promise<Map<string, T>> {
    const values = new Map<string, T>();
    // cut, not canceled: who stops this stops the dump, and a canceled statement would end the transaction too
    const stop = (): void => void this.session.close();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for (const table of tables) {
        signal?.throwIfAborted();
        const found = await this.session.ask((client) => read(client, table));
        if (found !== undefined) values.set(...found);
      }
      return values;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

async function countRows(client: Client, table: CatalogTable): Promise<[key: string, rows: number] | undefined> {
  const dumped = await dumpedRows(client, table);
  if (dumped === undefined) return undefined;
  const { rows } = await client.query<{ n: string }>(`select count(*)::text as n from ${dumped.from} t`);
  return [tableKey(table), Number(rows[0]?.n)];
}
