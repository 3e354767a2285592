/**
 * The restoring worker of the bench: a process that loads the app and restores one backup into a new database, so that time
 * and memory are those of that. Orders come by the environment, the result goes to stdout as JSON.
 */
import { app } from '../../shared/app';
import type { JobRecord } from '../../shared/domain/jobs/job';
import type { JobRun } from '../../shared/operations/jobs/job-run';
import { restoreIntoNewDatabase } from '../../shared/operations/restore/restore-into-new-database';
import { peakBytesOf } from './processor-time';
import type { RestoreOrders, RestoreResult } from './restore-orders';

async function work({ jobId, serverMajor, ...orders }: RestoreOrders): Promise<RestoreResult> {
  const { systems } = app();
  const phaseMs: Record<string, number> = {};
  await restoreIntoNewDatabase(systems, timedRun(jobId, phaseMs), {
    ...{ ...orders, serverMajor, admin: systems.databases.admin(orders.manifest.name) },
    ...{ tables: null, missingRoles: [] },
  });
  return { phaseMs, peakBytes: peakBytesOf('self') };
}

function timedRun(jobId: string, phaseMs: Record<string, number>): JobRun {
  return {
    record: { jobId, attempt: 1, request: {} } as unknown as JobRecord,
    signal: new AbortController().signal,
    phase: async (name, run) => {
      const startedAt = performance.now();
      const output = await run();
      phaseMs[name] = performance.now() - startedAt;
      return output;
    },
    note: () => Promise.resolve(),
    progress: () => undefined,
  };
}

work(JSON.parse(process.env['BENCH_ORDERS'] ?? '{}') as RestoreOrders).then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
