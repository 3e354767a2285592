/**
 * The worker of the bench: a process that loads the app and runs one operation of it, so that time and memory are those of
 * that operation. Orders come by the environment (worker-orders.ts), the result goes to stdout as JSON.
 */
import { app } from '../../shared/app';
import { backupBlobs, backupId } from '../../shared/domain/backup/backup-name';
import type { JobRecord } from '../../shared/domain/jobs/job';
import type { BackupPlan } from '../../shared/operations/backup/backup-plan';
import { dumpDatabase } from '../../shared/operations/backup/dump-database';
import type { JobRun } from '../../shared/operations/jobs/job-run';
import { verifyBackup } from '../../shared/operations/backup/verify-backup';
import type { Systems } from '../../shared/systems/systems';
import { peakBytesOf } from './processor-time';
import type { WorkerOrders, WorkerResult } from './worker-orders';

const JOB_ID = 'bench';

async function work(orders: WorkerOrders): Promise<WorkerResult> {
  const { systems } = app();
  const [name = ''] = systems.databases.names();
  const id = backupId(name, new Date(0), 1);
  const plan: BackupPlan = {
    backupId: id,
    kind: 'manual',
    source: 'live',
    database: systems.databases.find(name),
    blobs: backupBlobs('manual', id),
  };
  const startedAt = performance.now();
  if (orders.verify === undefined) {
    const dumped = await dumpDatabase(expecting(systems, orders.expectedBytes), jobRun(), plan);
    return { dumped, wallMs: performance.now() - startedAt, peakBytes: peakBytesOf('self') };
  }
  await verifyBackup(systems, jobRun(), plan, orders.verify);
  return { dumped: orders.verify, wallMs: performance.now() - startedAt, peakBytes: peakBytesOf('self') };
}

/** The block size follows the expected size: as if the database had so many bytes. */
function expecting(systems: Systems, databaseSizeBytes: number | undefined): Systems {
  if (databaseSizeBytes === undefined) return systems;
  const { pgServer } = systems;
  const readPreflight: typeof pgServer.readPreflight = async (connection, signal) => ({
    ...(await pgServer.readPreflight(connection, signal)),
    databaseSizeBytes,
  });
  return { ...systems, pgServer: { ...pgServer, readPreflight } };
}

function jobRun(): JobRun {
  return {
    record: { jobId: JOB_ID, attempt: 1, request: {} } as unknown as JobRecord,
    signal: new AbortController().signal,
    phase: (_name, run) => run(),
    note: () => Promise.resolve(),
    progress: () => undefined,
  };
}

work(JSON.parse(process.env['BENCH_ORDERS'] ?? '{}') as WorkerOrders).then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
