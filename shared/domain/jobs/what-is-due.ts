import { type AppRole, runsKind } from '../access/app-role';
import type { JobRecord } from './job';
import { hasEnded } from './job';

/** What the `tick` timer has to do now: decided from facts alone, so that a test can ask it about any moment. */
export interface DueFacts {
  readonly now: Date;
  /** Of the app that asks: another app's jobs and duties are not its business. */
  readonly role: AppRole;
  readonly unfinishedAndRecent: readonly JobRecord[];
  /** For each configured database: the last scheduled nightly time, and whether a job for it exists, finished or not. */
  readonly nightlies: readonly { database: string; scheduledAt: Date; jobExists: boolean }[];
  /** Jobs whose lock nobody holds, though their records say "running". */
  readonly deadJobIds: ReadonlySet<string>;
  /** A queued job is announced again this long after its ticket was due. */
  readonly sweepAfterMs: number;
  /** When each duty was last done; one that is missing was never done. */
  readonly lastDone: Readonly<Partial<Record<Duty, Date>>>;
}

/** What `tick` does itself, once in each period of the clock (UTC), in this order; of two apps, the one that is named. */
export const DUTIES = {
  'mend-catalog': { every: 'hour', app: 'backup' },
  'expire-backups': { every: 'day', app: 'backup' },
  'verify-again': { every: 'day', app: 'backup' },
  'compare-policies': { every: 'day', app: 'backup' },
  'request-copies': { every: 'hour', app: 'backup' },
  watch: { every: 'hour', app: 'backup' },
  'watch-drills': { every: 'hour', app: 'recovery' },
  'drop-previous': { every: 'hour', app: 'recovery' },
  'report-checks': { every: 'day', app: 'backup' },
} as const satisfies Record<string, { every: 'hour' | 'day'; app: Exclude<AppRole, 'all'> }>;
export type Duty = keyof typeof DUTIES;

/** The duties of an app of this role, in their order. */
export const dutiesOf = (role: AppRole): Duty[] =>
  (Object.keys(DUTIES) as Duty[]).filter((duty) => role === 'all' || DUTIES[duty].app === role);

export type Due =
  | { readonly do: 'announce-again'; readonly jobId: string; readonly reason: string }
  | {
      readonly do: 'start-missed-nightly';
      readonly database: string;
      readonly scheduledAt: Date;
      readonly reason: string;
    }
  | { readonly do: 'file-away'; readonly jobId: string; readonly reason: string }
  | { readonly do: 'duty'; readonly duty: Duty; readonly reason: string };

const DAY_MS = 24 * 3600 * 1000;
/** A nightly that was missed longer ago than this is left to the next one. */
const MISSED_NIGHTLY_WINDOW_MS = 7 * DAY_MS;
/** The timer itself gets this long before its night counts as missed. */
const NIGHTLY_GRACE_MS = 10 * 60 * 1000;
const FILE_AWAY_AFTER_MS = DAY_MS;

export function whatIsDue(facts: DueFacts): Due[] {
  const own = facts.unfinishedAndRecent.filter(({ kind }) => runsKind(facts.role, kind));
  const ofJobs = { ...facts, unfinishedAndRecent: own };
  const nights = runsKind(facts.role, 'backup') ? missedNightlies(facts) : [];
  return [...lostTickets(ofJobs), ...nights, ...finishedJobs(ofJobs), ...duties(facts)];
}

function lostTickets(facts: DueFacts): Due[] {
  return facts.unfinishedAndRecent.flatMap((record): Due[] => {
    if (hasEnded(record)) return [];
    const { jobId } = record;
    if (record.state === 'running' && !facts.deadJobIds.has(jobId)) return [];
    const overdueMs = facts.now.getTime() - Date.parse(record.ticketDueAt);
    if (overdueMs < facts.sweepAfterMs) return [];
    if (record.state === 'running') {
      return [{ do: 'announce-again', jobId, reason: 'its worker no longer holds the lock' }];
    }
    return [{ do: 'announce-again', jobId, reason: 'its ticket was due and nobody took it' }];
  });
}

function missedNightlies(facts: DueFacts): Due[] {
  return facts.nightlies.flatMap((nightly): Due[] => {
    const ageMs = facts.now.getTime() - nightly.scheduledAt.getTime();
    if (nightly.jobExists || ageMs < NIGHTLY_GRACE_MS || ageMs > MISSED_NIGHTLY_WINDOW_MS) return [];
    const { database, scheduledAt } = nightly;
    return [{ do: 'start-missed-nightly', database, scheduledAt, reason: 'no job exists for its scheduled time' }];
  });
}

function finishedJobs(facts: DueFacts): Due[] {
  return facts.unfinishedAndRecent.flatMap((record): Due[] => {
    if (record.finishedAt === undefined || !hasEnded(record)) return [];
    if (facts.now.getTime() - Date.parse(record.finishedAt) < FILE_AWAY_AFTER_MS) return [];
    return [{ do: 'file-away', jobId: record.jobId, reason: 'it ended more than a day ago' }];
  });
}

/** Not by age: a clock that jumped must not silence a duty for longer than its period. */
function duties(facts: DueFacts): Due[] {
  return dutiesOf(facts.role).flatMap((duty): Due[] => {
    const last = facts.lastDone[duty];
    const { every } = DUTIES[duty];
    if (last !== undefined && period(last, every) === period(facts.now, every)) return [];
    return [{ do: 'duty', duty, reason: `it was not done this ${every}` }];
  });
}

const period = (time: Date, every: 'hour' | 'day'): string => time.toISOString().slice(0, every === 'hour' ? 13 : 10);
