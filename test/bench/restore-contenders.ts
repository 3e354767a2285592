import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../shared/domain/backup/manifest';
import { parallelJobs } from '../../shared/domain/restore/parallel-jobs';
import { type Contender, type Sample, SCRIPT_BLOB } from './contenders';
import { clientEnvironment, DATABASE, sql } from './data-set';
import { run } from './measure';
import type { RestoreOrders, RestoreResult } from './restore-orders';
import { CONTAINER, type Stage } from './stage';

export const RESTORED = 'restored';
export const SCRIPT = 'script: download of its dump (gzip), pg_restore -j1';
const BY_HAND = "this project's dump by hand: download, pg_restore -j1";
/** No `pg_restore -j` is faster than that: one connection fills a table. */
const FLOOR = 'floor: the rows of moments alone, no download';
export const OURS = 'this project';
export const OURS_LZ4 = 'this project, toastCompression lz4';

/** The store has `SCRIPT_BLOB` and the dump of `manifest`. `wholeMs` by name: with analyzing and comparing, which the script leaves out. */
export function restoreContenders(manifest: Manifest, wholeMs: Map<string, number[]>): Contender[] {
  const ours = (name: string, toastCompression: 'lz4' | null): Contender => ({
    ...{ name, keepsStore: true },
    async run(stage) {
      const jobs = parallelJobs(manifest.contents.tables);
      const order = { manifest, toastCompression, reads: 'file', parallelJobs: jobs } as const;
      const { sample, result } = await runRestorer(stage, order);
      const whole = Object.values(result.phaseMs).reduce((sum, ms) => sum + ms, 0);
      wholeMs.set(name, [...(wholeMs.get(name) ?? []), whole]);
      return sample;
    },
  });
  return [
    { name: SCRIPT, keepsStore: true, run: (stage) => downloadThenRestore(stage, SCRIPT_BLOB) },
    { name: BY_HAND, keepsStore: true, run: (stage) => downloadThenRestore(stage, manifest.dump.blob) },
    { name: FLOOR, keepsStore: true, run: (stage) => largestTableAlone(stage, manifest.dump.blob) },
    ours(OURS, null),
    ours(OURS_LZ4, 'lz4'),
  ];
}

let runs = 0;

/** The restore by the app's own operation, in a process of its own. */
export async function runRestorer(
  stage: Stage,
  order: Omit<RestoreOrders, 'jobId' | 'database' | 'serverMajor'>,
): Promise<{ sample: Sample; result: RestoreResult }> {
  const { server, store, programs, toolsDir } = stage;
  await dropRestored(stage);
  const orders: RestoreOrders = {
    ...{ ...order, database: RESTORED, serverMajor: server.major, jobId: `bench-${++runs}` },
  };
  const environment = {
    ...{ DATABASE_URL: server.url(DATABASE), DATABASE_ADMIN_URL: server.url('postgres'), DATABASE_TLS: '' },
    ...{ BACKUP_STORAGE: store.connectionString, STATE_STORAGE: store.connectionString, PGTOOLS_DIR: toolsDir },
    BENCH_ORDERS: JSON.stringify(orders),
  };
  const measured = await run(process.execPath, [programs.restorer], environment, stage.serverPids());
  const result = JSON.parse(measured.stdout) as RestoreResult;
  const { cpuMs, disturbance } = measured;
  const sample = { wallMs: result.phaseMs['restore'] ?? NaN, cpuMs, peakBytes: result.peakBytes, disturbance };
  return { sample: { ...sample, storedBytes: order.manifest.dump.sizeBytes }, result };
}

async function downloadThenRestore(stage: Stage, blob: string): Promise<Sample> {
  await dropRestored(stage);
  // 1: one error about transaction_timeout, which a server before 17 does not know
  const script = `set -e; ${DOWNLOAD}; ${CREATE}; "$PG_RESTORE" -j1 -d ${RESTORED} "$FILE" || [ $? = 1 ]`;
  return measureScript(stage, blob, script);
}

async function largestTableAlone(stage: Stage, blob: string): Promise<Sample> {
  await dropRestored(stage);
  const schema = `"$PG_RESTORE" --section=pre-data -d ${RESTORED} "$FILE" || [ $? = 1 ]`;
  const rows = `"$PG_RESTORE" --data-only --table=moments -d ${RESTORED} "$FILE" || [ $? = 1 ]`;
  return measureScript(stage, blob, `set -e; ${rows}`, `set -e; ${DOWNLOAD}; ${CREATE}; ${schema}`);
}

const DOWNLOAD = `"$NODE" "$DOWNLOADER" ${CONTAINER} "$BLOB" "$FILE"`;
const CREATE = `"$PSQL" -Xq -d postgres -c 'CREATE DATABASE ${RESTORED} TEMPLATE template0'`;

/** `before` is not measured. */
async function measureScript(stage: Stage, blob: string, script: string, before = 'true'): Promise<Sample> {
  const file = join(stage.scratch, 'script.dump');
  const environment = {
    ...clientEnvironment(stage.server, RESTORED),
    ...{ PG_RESTORE: stage.tool('pg_restore'), PSQL: stage.tool('psql'), NODE: process.execPath },
    ...{ DOWNLOADER: stage.programs.downloader, STORAGE: stage.store.connectionString, BLOB: blob, FILE: file },
  };
  try {
    await run('bash', ['-c', before], environment, stage.serverPids());
    const measured = await run('bash', ['-c', script], environment, stage.serverPids());
    return { ...measured, storedBytes: await stage.storedBytes(blob) };
  } finally {
    await rm(file, { force: true });
  }
}

const dropRestored = (stage: Stage): Promise<string> =>
  sql(stage.tool('psql'), stage.server, 'postgres', `DROP DATABASE IF EXISTS ${RESTORED} WITH (FORCE)`);
