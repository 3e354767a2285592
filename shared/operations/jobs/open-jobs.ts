import type { JobRecord } from '../../domain/jobs/job';
import type { Systems } from '../../systems/systems';

/** Every record that is not filed away, oldest request first: the unfinished and those that ended lately. */
export async function openJobs(systems: Pick<Systems, 'jobLedger'>): Promise<JobRecord[]> {
  const records: JobRecord[] = [];
  for await (const record of systems.jobLedger.listOpen()) records.push(record);
  return records;
}
