import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LocalPostgres } from '../../infra/local/environment/embedded-postgres';
import { FAMILY_TABLES, type FamilyTable } from './family-tables';
import { Prose } from './prose';
import { run } from './measure';

const PIECE_BYTES = 4 * 1024 * 1024;
const LONGEST_ROW = 64 * 1024;
export const DATABASE = 'lifebook';
export const TEN_TIMES = 'lifebook_ten_times';

/** Makes the database anew, with about `sizeBytes` of rows, counted as COPY text. */
export async function createDataSet(psql: string, server: LocalPostgres, sizeBytes: number): Promise<void> {
  await sql(psql, server, 'postgres', `DROP DATABASE IF EXISTS ${DATABASE}`);
  await sql(psql, server, 'postgres', `CREATE DATABASE ${DATABASE}`);
  for (const [index, table] of FAMILY_TABLES.entries()) {
    await sql(psql, server, DATABASE, `CREATE TABLE ${table.name} (${table.columns})`);
    await copyRows(psql, server, table, new Prose(index + 1), sizeBytes * table.share);
    await sql(psql, server, DATABASE, `ALTER TABLE ${table.name} ADD PRIMARY KEY (id)`);
  }
  await sql(psql, server, DATABASE, 'VACUUM (ANALYZE)');
}

/** A second database with the rows of the first ten times over: for the memory, which only sees a longer stream. */
export async function createTenTimes(psql: string, server: LocalPostgres): Promise<void> {
  await sql(psql, server, 'postgres', `CREATE DATABASE ${TEN_TIMES} TEMPLATE ${DATABASE}`);
  for (const { name } of FAMILY_TABLES) {
    const key = `ALTER TABLE ${name} DROP CONSTRAINT ${name}_pkey`;
    const more = `INSERT INTO ${name} SELECT t.* FROM ${name} t, generate_series(1, 9)`;
    await sql(psql, server, TEN_TIMES, `${key}; ${more}`);
  }
}

export async function databaseBytes(psql: string, server: LocalPostgres, database: string): Promise<number> {
  return Number(await sql(psql, server, 'postgres', `SELECT pg_database_size('${database}')`));
}

export async function sql(psql: string, server: LocalPostgres, database: string, statement: string): Promise<string> {
  const args = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', statement];
  return (await run(psql, args, clientEnvironment(server, database))).stdout.trim();
}

/** What a libpq client needs; the password goes by the environment. */
export function clientEnvironment(server: LocalPostgres, database: string): Record<string, string> {
  const { host, port, superuser, password } = server;
  return { PGHOST: host, PGPORT: String(port), PGUSER: superuser, PGPASSWORD: password, PGDATABASE: database };
}

async function copyRows(
  psql: string,
  server: LocalPostgres,
  table: FamilyTable,
  prose: Prose,
  sizeBytes: number,
): Promise<void> {
  const args = ['-Xq', '-v', 'ON_ERROR_STOP=1', '-c', `COPY ${table.name} FROM STDIN`];
  const child = spawn(psql, args, { env: clientEnvironment(server, DATABASE), stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  let id = 0;
  for (let written = 0; written < sizeBytes;) {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let at = 0;
    while (at < PIECE_BYTES - LONGEST_ROW && written + at < sizeBytes) {
      at = table.writeRow(prose, ++id, piece, at);
      piece[at++] = 0x0a;
    }
    written += at;
    if (!child.stdin.write(piece.subarray(0, at))) await Promise.race([once(child.stdin, 'drain'), ended]);
  }
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`filling ${table.name} failed: psql exited with ${code ?? 'a signal'}`);
}

/** Two dumps to nowhere: the data is in memory then, and its hint bits are set. */
export async function warmUp(pgDump: string, server: LocalPostgres): Promise<void> {
  const args = ['-Fc', '--compress=none', '--no-sync', '--file=/dev/null'];
  for (let i = 0; i < 2; i++) await run(pgDump, args, clientEnvironment(server, DATABASE));
}
