import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clientEnvironment, DATABASE } from './data-set';
import { run } from './measure';
import { CONTAINER, type Stage } from './stage';
import type { WorkerOrders, WorkerResult } from './worker-orders';

/** One run of one contender. */
export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly storedBytes: number;
  /** measure.ts */
  readonly disturbance: number;
}

export interface Contender {
  readonly name: string;
  /** Every contender gets an empty store, unless it works on what the one before it has stored. */
  readonly keepsStore?: true;
  /** What must be installed for it. */
  readonly needs?: 'rclone';
  run(stage: Stage): Promise<Sample>;
}

/** What the script stores its dump as. */
export const SCRIPT_BLOB = 'script.dump';
export const SCRIPT = 'script: pg_dump -Fc (gzip) to a file, upload';
export const FILE_ZSTD = 'pg_dump -Fc zstd:1 to a file, upload';
export const PIPE = 'pg_dump -Fc zstd:1 | rclone rcat';
export const OURS = 'this project, zstd:1';
export const VERIFICATION = 'its verification';
export const OURS_ZSTD3 = 'this project, zstd:3';

export function contenders(): Contender[] {
  let dumped: WorkerResult['dumped'] | undefined;
  return [
    { name: SCRIPT, run: (stage) => fileThenUpload(stage, 'gzip') },
    { name: PIPE, needs: 'rclone', run: pipe },
    {
      name: OURS,
      async run(stage) {
        const { sample, result } = await runWorker(stage, DATABASE, { compression: 'zstd:1' });
        dumped = result.dumped;
        return sample;
      },
    },
    {
      name: VERIFICATION,
      keepsStore: true,
      async run(stage) {
        if (dumped === undefined) throw new Error('nothing to verify');
        return (await runWorker(stage, DATABASE, { verify: dumped })).sample;
      },
    },
    { name: FILE_ZSTD, run: (stage) => fileThenUpload(stage, 'zstd:1') },
    {
      name: OURS_ZSTD3,
      run: async (stage) => (await runWorker(stage, DATABASE, { compression: 'zstd:3' })).sample,
    },
  ];
}

/** The dump or its verification by the app's own operation, in a process of its own. */
export async function runWorker(
  stage: Stage,
  database: string,
  orders: WorkerOrders & { readonly compression?: string },
): Promise<{ sample: Sample; result: WorkerResult }> {
  const { server, store, programs, toolsDir } = stage;
  const measured = await run(
    process.execPath,
    [programs.worker],
    {
      DATABASE_URL: server.url(database),
      DATABASE_TLS: '',
      BACKUP_STORAGE: store.connectionString,
      STATE_STORAGE: store.connectionString,
      PGTOOLS_DIR: toolsDir,
      DUMP_COMPRESSION: orders.compression ?? 'zstd:1',
      BENCH_ORDERS: JSON.stringify(orders),
    },
    stage.serverPids(),
  );
  const result = JSON.parse(measured.stdout) as WorkerResult;
  const { wallMs, peakBytes, dumped } = result;
  const { cpuMs, disturbance } = measured;
  return { sample: { wallMs, cpuMs, peakBytes, storedBytes: dumped.sizeBytes, disturbance }, result };
}

/** Dumps to a file, then stores it as `SCRIPT_BLOB`. `gzip`: what the script does. */
export async function fileThenUpload(stage: Stage, compression: 'gzip' | 'zstd:1'): Promise<Sample> {
  const file = join(stage.scratch, 'script.dump');
  // as backup-db.sh calls it: -Fc alone is gzip at its default level
  const compress = compression === 'gzip' ? '' : `--compress=${compression}`;
  const script = `set -e; "$PG_DUMP" -Fc ${compress} -f "$FILE"; "$NODE" "$UPLOADER" "$FILE" ${CONTAINER} ${SCRIPT_BLOB}`;
  try {
    const environment = {
      ...clientEnvironment(stage.server, DATABASE),
      PG_DUMP: stage.tool('pg_dump'),
      FILE: file,
      NODE: process.execPath,
      UPLOADER: stage.programs.uploader,
      STORAGE: stage.store.connectionString,
    };
    const measured = await run('bash', ['-c', script], environment, stage.serverPids());
    return { ...measured, storedBytes: await stage.storedBytes(SCRIPT_BLOB) };
  } finally {
    await rm(file, { force: true });
  }
}

async function pipe(stage: Stage): Promise<Sample> {
  const script = `set -e -o pipefail; "$PG_DUMP" -Fc --compress=zstd:1 | rclone rcat bench:${CONTAINER}/pipe.dump`;
  const environment = {
    ...clientEnvironment(stage.server, DATABASE),
    ...stage.rcloneEnvironment(),
    PG_DUMP: stage.tool('pg_dump'),
  };
  const measured = await run('bash', ['-c', script], environment, stage.serverPids());
  return { ...measured, storedBytes: await stage.storedBytes('pipe.dump') };
}
