import type { MeasuredRun } from '../../domain/catalog/expected-duration';
import type { Systems } from '../../systems/systems';
import { listJobs } from '../jobs/jobs';

const LOOKED_AT = 30;

/** The restores among the newest jobs, newest first. */
export async function measuredRuns(systems: Pick<Systems, 'jobLedger'>): Promise<MeasuredRun[]> {
  const { items } = await listJobs(systems, { limit: LOOKED_AT });
  return items.flatMap(({ kind, state, startedAt, finishedAt, result }) => {
    const sizeBytes = result?.['sizeBytes'];
    if (kind !== 'restore' || state !== 'succeeded' || typeof sizeBytes !== 'number') return [];
    return [{ sizeBytes, seconds: (Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')) / 1000 }];
  });
}
