import type { TableContents } from '../backup/manifest';

/** More connections than this fill the smallest server's 47 (azure-facts.md, B1ms) for little gain. */
const MOST_JOBS = 4;
/** The second one fills tables and builds indexes beside the largest table in any case. */
const LEAST_JOBS = 2;

/**
 * With how many jobs `pg_restore -j` has filled these tables soonest. One job fills the largest table from its first row to
 * its last, so no number ends sooner than that: as many as bring the others in at the same time are enough. On a server with
 * few cores, more of them only take the processor from the largest table [ran on 2 cores, one table with 61 % of the bytes:
 * 2 jobs 9.4 s, 3 jobs 10.5 s, 4 jobs 11.3 s].
 *
 * @returns from 2 to 4; 2 where a backup does not say how large its tables are
 */
export function parallelJobs(tables: readonly Pick<TableContents, 'bytes'>[]): number {
  let [largest, total] = [0, 0];
  for (const { bytes = 0 } of tables) {
    largest = Math.max(largest, bytes);
    total += bytes;
  }
  if (largest === 0) return LEAST_JOBS;
  return Math.min(MOST_JOBS, Math.max(LEAST_JOBS, Math.ceil(total / largest)));
}
