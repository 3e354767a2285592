import type { JobKind, JobRecord, JobResult } from '../domain/job';
import type { Systems } from '../systems/systems';
import { abandonAdoption, adoptDump } from './adopt-dump';
import { abandonBackup } from './abandon-backup';
import { backUpDatabase } from './back-up-database';
import type { JobRun } from './job-run';
import { abandonDrill, runDrill } from './run-drill';
import { verifyAgain } from './verify-again';

interface JobOperation {
  readonly run: (systems: Systems, run: JobRun) => Promise<JobResult>;
  /**
   * Puts in order what a failed or canceled job left behind. Gives back a result when the job had in truth succeeded
   * before it was told to stop.
   */
  readonly abandon: (systems: Systems, record: JobRecord) => Promise<JobResult | undefined>;
}

/** For jobs that only read. */
const nothingToAbandon = (): Promise<undefined> => Promise.resolve(undefined);

/** What each kind of job does: one file per verb. */
export const OPERATIONS: Readonly<Record<JobKind, JobOperation>> = {
  backup: { run: backUpDatabase, abandon: abandonBackup },
  drill: { run: runDrill, abandon: abandonDrill },
  adopt: { run: adoptDump, abandon: abandonAdoption },
  verify: { run: verifyAgain, abandon: nothingToAbandon },
};
