import { runsKind, tickName, type TickSource } from '../../domain/access/app-role';
import { nightlyJobId } from '../../domain/jobs/job-id';
import { hasEnded, type JobRecord } from '../../domain/jobs/job';
import { lockOf } from '../../domain/jobs/job-lock';
import { type Due, whatIsDue } from '../../domain/jobs/what-is-due';
import { asFailure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';
import { doDuty, lastDone } from './do-duty';
import { OPERATIONS } from './job-operations';
import { openJobs } from './open-jobs';
import { reapClones } from '../point-in-time/reap-clones';
import { nightlyJob } from '../backup/start-nightly-backups';

type Needs = Pick<Systems, 'clock' | 'databases' | 'jobLedger' | 'jobLocks' | 'jobQueue' | 'log' | 'settings'>;

/** The work of `tick`: collects the facts, asks the pure function, and does it or enqueues it. Nothing here takes long. */
export async function doWhatIsDue(
  systems: Systems,
  nightlyScheduledAt: () => Date,
  source: TickSource,
): Promise<Due[]> {
  const now = systems.clock.now();
  const role = systems.settings.get('APP_ROLE');
  const records = await openJobs(systems);
  const own = records.filter(({ kind }) => runsKind(role, kind));
  const due = whatIsDue({
    ...{ now, role },
    unfinishedAndRecent: records,
    deadJobIds: await deadJobs(systems, own),
    nightlies: runsKind(role, 'backup') ? await nightlies(systems, nightlyScheduledAt) : [],
    sweepAfterMs: systems.settings.get('JOB_SWEEP_SECONDS') * 1000,
    lastDone: await lastDone(systems, role),
  });
  for (const item of due) {
    systems.log.info(`tick-${item.do}`, subjectOf(item));
    await perform(systems, item);
  }
  if (runsKind(role, 'pitr-restore')) await reapClones(systems, records);
  await systems.jobLedger.noteTick(tickName(role, source), now);
  return due;
}

function subjectOf(due: Due): Record<string, string> {
  if ('jobId' in due) return { jobId: due.jobId };
  return 'duty' in due ? { duty: due.duty } : { database: due.database };
}

async function perform(systems: Systems, due: Due): Promise<void> {
  switch (due.do) {
    case 'announce-again': {
      const found = await systems.jobLedger.read(due.jobId);
      if (found === undefined || hasEnded(found.record)) return;
      const ticketDueAt = systems.clock.now().toISOString();
      await systems.jobLedger.update({ ...found.record, ticketDueAt }, found.version);
      return systems.jobQueue.announce(due.jobId, 0);
    }
    case 'start-missed-nightly':
      await nightlyJob(systems, due.database, due.scheduledAt);
      return;
    case 'file-away':
      await tidyUpAgain(systems, due.jobId);
      return systems.jobLedger.fileAway(due.jobId);
    case 'duty':
      return doDuty(systems, due.duty);
  }
}

/** What a failed job left behind may not have been put in order, when storage was the reason of its failure. */
async function tidyUpAgain(systems: Systems, jobId: string): Promise<void> {
  const found = await systems.jobLedger.read(jobId);
  if (found === undefined || found.record.state === 'succeeded') return;
  await OPERATIONS[found.record.kind].abandon(systems, found.record);
}

/** Running by their records, with a lock that nobody holds. */
async function deadJobs(systems: Needs, records: readonly JobRecord[]): Promise<Set<string>> {
  const dead = new Set<string>();
  for (const record of records) {
    if (record.state !== 'running') continue;
    if ((await systems.jobLocks.holder(lockOf(record))) !== record.jobId) dead.add(record.jobId);
  }
  return dead;
}

async function nightlies(
  systems: Needs,
  nightlyScheduledAt: () => Date,
): Promise<{ database: string; scheduledAt: Date; jobExists: boolean }[]> {
  let scheduledAt: Date;
  try {
    scheduledAt = nightlyScheduledAt();
  } catch (error) {
    // a bad schedule stops only the nights, not the sweep
    systems.log.error('nightly-schedule-unusable', { why: asFailure(error).message });
    return [];
  }
  return Promise.all(
    systems.databases.names().map(async (database) => {
      const found = await systems.jobLedger.read(nightlyJobId(database, scheduledAt));
      return { database, scheduledAt, jobExists: found !== undefined };
    }),
  );
}
