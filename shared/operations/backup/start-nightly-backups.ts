import { asFailure } from '../../domain/failure';
import { hasEnded, type JobRecord } from '../../domain/jobs/job';
import { nightlyJobId } from '../../domain/jobs/job-id';
import type { Systems } from '../../systems/systems';
import { requestJob } from '../jobs/request-job';

type Needs = Pick<Systems, 'clock' | 'databases' | 'jobLedger' | 'jobQueue' | 'log' | 'settings'>;

/** A timer that fires again so soon after its job was asked for has fired twice; later it was somebody's wish. */
const REPEAT_AFTER_MS = 10 * 60 * 1000;

/**
 * One job for each database and scheduled time, however often the timer fires. When the night's job has ended and the
 * function is started again, by hand, that makes a job of its own; a timer that is past due (`mayRepeat` false) does not,
 * because tick may have made up for that night already.
 */
export async function startNightlyBackups(
  systems: Needs,
  scheduledAt: Date,
  options: { readonly mayRepeat: boolean },
): Promise<JobRecord[]> {
  const started: JobRecord[] = [];
  for (const database of systems.databases.names()) {
    try {
      started.push(await startNightly(systems, database, scheduledAt, options.mayRepeat));
    } catch (error) {
      // one database that cannot be asked for must not cost the others their night; tick makes up for it
      systems.log.error('nightly-not-started', { database, why: asFailure(error).message });
    }
  }
  return started;
}

async function startNightly(
  systems: Needs,
  database: string,
  scheduledAt: Date,
  mayRepeat: boolean,
): Promise<JobRecord> {
  const { record, isNew } = await nightlyJob(systems, database, scheduledAt);
  if (isNew || !mayRepeat || !isRepeatWanted(record, systems.clock.now())) return record;
  const now = systems.clock.now();
  now.setUTCSeconds(0, 0);
  return (await nightlyJob(systems, database, now)).record;
}

function isRepeatWanted(record: JobRecord, now: Date): boolean {
  if (!hasEnded(record)) return false;
  return record.state !== 'succeeded' || now.getTime() - Date.parse(record.requestedAt) > REPEAT_AFTER_MS;
}

/** The job of one night, made if it is not there. */
export function nightlyJob(
  systems: Pick<Systems, 'clock' | 'jobLedger' | 'jobQueue' | 'settings'>,
  database: string,
  scheduledAt: Date,
): Promise<{ record: JobRecord; isNew: boolean }> {
  return requestJob(systems, {
    kind: 'backup',
    database,
    jobId: nightlyJobId(database, scheduledAt),
    requestedBy: 'timer:nightlyBackup',
    request: { kind: 'nightly', scheduledAt: scheduledAt.toISOString() },
  });
}
