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
  const file = join(stage.scratch, 'script.dump');
  // 1: one error about transaction_timeout, which a server before 17 does not know
  const create = `"$PSQL" -Xq -d postgres -c 'CREATE DATABASE ${RESTORED} TEMPLATE template0'`;
  const script = `set -e; "$NODE" "$DOWNLOADER" ${CONTAINER} "$BLOB" "$FILE"; ${create}; "$PG_RESTORE" -j1 -d ${RESTORED} "$FILE" || [ $? = 1 ]`;
  const environment = {
    ...clientEnvironment(stage.server, RESTORED),
    ...{
      PG_RESTORE: stage.tool('pg_restore'),
      PSQL: stage.tool('psql'),
      FILE: file,
      BLOB: blob,
      NODE: process.execPath,
    },
    ...{ DOWNLOADER: stage.programs.downloader, STORAGE: stage.store.connectionString },
  };
  try {
    const measured = await run('bash', ['-c', script], environment, stage.serverPids());
    return { ...measured, storedBytes: await stage.storedBytes(blob) };
  } finally {
    await rm(file, { force: true });
  }
}

const dropRestored = (stage: Stage): Promise<string> =>
  sql(stage.tool('psql'), stage.server, 'postgres', `DROP DATABASE IF EXISTS ${RESTORED} WITH (FORCE)`);
