import type { Client } from 'pg';
import type { CatalogContents, CatalogTable } from '../../domain/compare-contents';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { readCatalogContents } from './catalog-queries';
import { connect, type PgSession, stopReason } from './client';
import { pgFailure } from './pg-failure';
import type { SnapshotSession, SnapshotWarning } from './pg-server';
import { checksumTable } from './table-checksum';

/** It stays open as long as the dump: nothing may end it but us. transaction_timeout exists from 17 on. */
const NO_TIMEOUTS = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};
/** Text of values must not depend on how a server or role is set up, so that checksums compare anywhere. */
const FIXED_OUTPUT = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '3',
  bytea_output: 'hex',
  xmloption: 'content',
  row_security: 'off',
};

interface SnapshotRow {
  readonly id: string;
  readonly version: string;
  readonly number: number;
  readonly recovery: boolean;
  readonly at: Date;
  readonly replayed: Date | null;
}

const OPEN = `
  select pg_export_snapshot() as id, current_setting('server_version') as version,
         current_setting('server_version_num')::int as number, pg_is_in_recovery() as recovery, now() as at,
         case when pg_is_in_recovery() then pg_last_xact_replay_timestamp() end as replayed`;

export async function openSnapshot(
  connection: PgConnection,
  options: { readonly checksums: boolean },
  signal?: AbortSignal,
): Promise<SnapshotSession> {
  const timeouts = options.checksums ? { ...NO_TIMEOUTS, ...FIXED_OUTPUT } : NO_TIMEOUTS;
  const session = await connect(connection, timeouts, signal);
  try {
    await session.client.query('begin isolation level repeatable read read only');
    const { rows } = await session.client.query<SnapshotRow>(OPEN);
    const [row] = rows;
    if (row === undefined) throw new Failure('database-refused', 'the server exported no snapshot');
    return new NodePostgresSnapshot(session, row);
  } catch (error) {
    await session.close();
    throw stopReason(signal) ?? pgFailure(error, 'database-connection-lost');
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
    this.snapshotId = row.id;
    this.snapshotAt = row.replayed ?? row.at;
    this.server = { version: row.version.split(' ')[0] ?? row.version, major: Math.floor(row.number / 10_000) };
    const isIdleStandby = row.recovery && row.replayed === null;
    const detail = 'the standby has replayed no transaction since it started, so its own clock gave the snapshot time';
    this.warnings = isIdleStandby ? [{ code: 'standby-without-replay', detail }] : [];
  }

  get lost(): AbortSignal {
    return this.session.lost;
  }

  readContents(): Promise<CatalogContents> {
    return this.ask((client) => readCatalogContents(client));
  }

  async checksums(tables: readonly CatalogTable[], signal?: AbortSignal): Promise<Map<string, string>> {
    const sums = new Map<string, string>();
    for (const table of tables) {
      signal?.throwIfAborted();
      const [key, sum] = await this.ask((client) => checksumTable(client, table));
      sums.set(key, sum);
    }
    return sums;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async ask<T>(work: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await work(this.session.client);
    } catch (error) {
      if (this.session.lost.aborted) throw pgFailure(this.session.lost.reason, 'database-connection-lost');
      throw pgFailure(error, 'database-connection-lost');
    }
  }
}
