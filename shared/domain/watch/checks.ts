import type { CatalogEntry } from '../catalog/catalog';
import type { CheckFacts, DrillFacts, ServerFacts } from './check-facts';
import { hasEnded, type JobRecord } from '../jobs/job';
import { policyTroubles } from '../storage-policies/storage-policy';

/** What one check found of the installation, or of one database. */
export interface Finding {
  readonly database?: string;
  readonly isOk: boolean;
  /** What and why, when it is not. Names no host and no secret. */
  readonly detail?: string;
}

interface Check {
  /** What a failing check makes of /health. */
  readonly severity: 'degraded' | 'failing';
  /** What to do next. */
  readonly hint: string;
  /** null: it cannot be known now, so the state stays what it was. */
  readonly look: (facts: CheckFacts) => readonly Finding[] | null;
}

const HOUR_MS = 3_600_000;
const TICK_MAX_AGE_MS = 30 * 60_000;
const HEARTBEAT_MAX_AGE_MS = 30 * 60_000;
const QUEUED_MAX_AGE_MS = 6 * HOUR_MS;
const COPY_MAX_LAG_MS = 12 * HOUR_MS;
const LONG_JOB_MS = 40 * 60_000;
const UNVERIFIED_MAX_AGE_MS = 14 * 24 * HOUR_MS;

/** Everything that is watched: one row, one check. /health, GET /api/checks, events and alerts come from this table. */
const CHECKS = {
  settings: row('degraded', 'correct the named settings: docs/settings.md describes each one', ({ badSettings }) =>
    one(badSettings.length === 0, badSettings.join(', ')),
  ),
  'databases-configured': row('failing', 'set DATABASE_URL, or DATABASE_URL_<NAME> for each database', (facts) =>
    one((facts.databases?.length ?? 0) > 0, 'no database is configured'),
  ),
  'dump-storage': row('failing', 'check BACKUP_STORAGE, the container and the roles of the identity', (facts) =>
    one(facts.catalog !== null, 'the dump container cannot be read'),
  ),
  'state-storage': row('failing', 'check STATE_STORAGE and the roles of the identity', (facts) =>
    one(facts.stateStorage === 'readable', 'the state container cannot be read'),
  ),
  'backup-freshness': row(
    'failing',
    'look at the last nightly job: GET /api/jobs?kind=backup; start one by hand: POST /api/backups',
    freshness,
  ),
  'tick-timer': row(
    'degraded',
    'restart the Function App, of two the one that takes backups: its timers stand still',
    ({ now, lastTicks }) => ticked(now, lastTicks.backup),
  ),
  'recovery-timer': row(
    'degraded',
    'restart the recovery app: its timers stand still; one that was removed for good is forgotten as docs/checks.md says',
    ({ now, role, lastTicks }) => (role === 'all' ? [] : ticked(now, lastTicks.recovery)),
  ),
  'jobs-stuck': row(
    'degraded',
    'look at GET /api/jobs; run one where nothing ends it: npm run job -- JOBID',
    ({ jobs, now }) => jobs && nameAll(jobs.filter((job) => isStuck(job, now)).map(({ jobId }) => jobId)),
  ),
  'poison-queue': row(
    'degraded',
    'read the messages of the poison queue; deadTicket should have turned them into failed jobs',
    ({ deadTickets }) => (deadTickets === null ? null : one(deadTickets === 0, `${deadTickets} messages`)),
  ),
  'shrunken-backup': row(
    'degraded',
    'look whether the data is still there; when it is as it should be: POST /api/backups/{backupId}/accept',
    shrinkage,
  ),
  'damaged-backup': row(
    'degraded',
    'take a new backup; soft delete of the dump account may still have the bytes',
    ({ catalog }) => catalog && nameAll(backupsIn(catalog, ['damaged', 'missing'])),
  ),
  'last-drill': row(
    'degraded',
    'look at GET /api/drills; start one by hand: POST /api/drills',
    ({ drills }) => drills && drills.map(lastDrill),
  ),
  retention: row(
    'degraded',
    'look at GET /api/retention-plan; when it is right, raise EXPIRE_MAX_SHARE for a day',
    ({ retentionStops }) =>
      retentionStops &&
      nameAll(retentionStops.map(({ database, expiring, of }) => `${database}: ${expiring} of ${of} would expire`)),
  ),
  'release-unverified': row(
    'degraded',
    'POST /api/releases/{version}/verified, with {"rolledBack": true} for one that was taken back: its dumps wait for it',
    unverifiedReleases,
  ),
  'long-job': row(
    'degraded',
    'a platform update ends an instance after 10 minutes, a scale-in after 60: run it with npm run job, or shorten it',
    longJobs,
  ),
  'pitr-window': row(
    'degraded',
    "look at the server's backup retention in Azure, and at the roles of the identity: POST /api/self-test",
    ({ servers, pitrMinDays }) => servers && servers.map((server) => pitrWindow(server, pitrMinDays)),
  ),
  'soft-delete': row('degraded', 'turn on blob soft delete of the dump account, 14 days', (facts) => {
    const days = facts.dumpAccount?.softDeleteDays ?? reportedSoftDelete(facts);
    return days === null ? null : one(days > 0, 'blob soft delete is off');
  }),
  'storage-policy-drift': row(
    'degraded',
    'POST /api/storage-policies/apply with "dryRun": true shows all of it and who mends what',
    ({ policies, now }) => {
      if (policies === null) return null;
      return policies === 'not-configured' ? [] : nameAll(policyTroubles(policies, now));
    },
  ),
  'second-copy-lag': row(
    'degraded',
    'look at GET /api/jobs?kind=copy; check SECOND_COPY_STORAGE and the roles of the identity there',
    copyLag,
  ),
  'account-key': row(
    'degraded',
    'use the managed identity: BACKUP_STORAGE__blobServiceUri instead of a key, which could delete every dump',
    ({ dumpAccount }) => dumpAccount && one(!dumpAccount.usesKey, 'the dump account is opened with a key'),
  ),
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof CHECKS;

/** The table by name, for code that goes through all of it. */
export const checkTable: Readonly<Record<CheckName, Check>> = CHECKS;
export const CHECK_NAMES = Object.keys(CHECKS) as CheckName[];

function row(severity: Check['severity'], hint: string, look: Check['look']): Check {
  return { severity, hint, look };
}

const one = (isOk: boolean, detail: string): Finding[] => [isOk ? { isOk } : { isOk, detail }];
const nameAll = (names: readonly string[]): Finding[] => one(names.length === 0, names.slice(0, 5).join(', '));

/** The very first tick looks before it has noted itself, and an app that was never there has none. */
const ticked = (now: Date, at: Date | undefined): Finding[] | null =>
  at === undefined
    ? null
    : one(now.getTime() - at.getTime() <= TICK_MAX_AGE_MS, `tick has not run since ${at.toISOString()}`);

/** What Azure Resource Manager said of it, where the data plane does not say. */
function reportedSoftDelete({ policies }: CheckFacts): number | null {
  if (policies === null || policies === 'not-configured') return null;
  return policies.accounts.find(({ purpose }) => purpose === 'dumps')?.blobSoftDeleteDays ?? null;
}

/** The newest verified backup of the live database by its snapshot. */
export const newestVerified = (catalog: readonly CatalogEntry[], database: string): CatalogEntry | undefined =>
  catalog.find((entry) => entry.database === database && entry.state === 'verified' && entry.source === 'live');

function freshness(facts: CheckFacts): Finding[] {
  return (facts.databases ?? []).map((database) => {
    const newest = newestVerified(facts.catalog ?? [], database);
    if (newest === undefined) return { database, isOk: false, detail: 'there is no verified backup' };
    const ageHours = (facts.now.getTime() - Date.parse(newest.snapshotAt)) / HOUR_MS;
    if (ageHours <= facts.freshnessMaxHours) return { database, isOk: true };
    return { database, isOk: false, detail: `the newest verified backup is of ${newest.snapshotAt}` };
  });
}

function shrinkage({ catalog, databases, shrunken }: CheckFacts): Finding[] | null {
  if (catalog === null || databases === null) return null;
  return databases.map((database) => {
    const newest = newestVerified(catalog, database);
    const id = newest?.backupId ?? '';
    if (!shrunken.has(id)) return { database, isOk: true };
    return { database, isOk: false, detail: `${id} is much smaller than the one before` };
  });
}

/** A drill that was promised before there was a backup is none. */
function lastDrill({ database, promisedAt, passed, passedByKind, firstBackupAt }: DrillFacts): Finding {
  const since = passed?.at ?? firstBackupAt;
  const isKept = passed !== undefined && passed.at >= promisedAt;
  if (isKept || since === undefined || since > promisedAt) return { database, isOk: true };
  const { dump, pitr } = passedByKind;
  const each = [
    ...(dump === undefined ? [] : [`of a dump at ${dump.at}`]),
    ...(pitr === undefined ? [] : [`of a point in time at ${pitr.at}`]),
  ];
  const last = each.length === 0 ? 'no drill has passed yet' : `the last drills that passed: ${each.join(', ')}`;
  return { database, isOk: false, detail: `${last}; one was due at ${promisedAt}` };
}

/** By the newest one that had time enough: what came in just now says nothing. */
function copyLag({ copies, catalog, databases, now }: CheckFacts): Finding[] | null {
  if (copies === 'not-configured') return [];
  if (copies === null || catalog === null || databases === null) return null;
  return databases.map((database) => {
    const ofIt = catalog.filter((entry) => entry.database === database && entry.state === 'verified');
    const isDue = ({ finishedAt }: CatalogEntry): boolean => now.getTime() - Date.parse(finishedAt) > COPY_MAX_LAG_MS;
    const due = ofIt.find(isDue);
    if (due === undefined || isCopied(due, copies)) return { database, isOk: true };
    const newest = ofIt.find((entry) => isCopied(entry, copies))?.snapshotAt;
    const detail =
      newest === undefined
        ? 'no backup is in the second account'
        : `the newest backup in the second account is of ${newest}`;
    return { database, isOk: false, detail };
  });
}

const isCopied = ({ backupId }: CatalogEntry, copies: ReadonlySet<string>): boolean => copies.has(backupId ?? '');

function pitrWindow(server: ServerFacts, minDays: number): Finding {
  const { database, refusal, earliestRestoreAt, backupRetentionDays: days } = server;
  const failing = (detail: string): Finding => ({ database, isOk: false, detail });
  if (refusal !== undefined) return failing(refusal);
  if (earliestRestoreAt === undefined) return failing('the server has no backup of its own to restore from');
  if (days !== undefined && days < minDays) return failing(`Azure keeps its backups for ${days} days, not ${minDays}`);
  return { database, isOk: true };
}

function isStuck(job: JobRecord, now: Date): boolean {
  if (hasEnded(job)) return false;
  const isOlder = (time: string | undefined, ms: number): boolean =>
    time !== undefined && now.getTime() - Date.parse(time) > ms;
  if (job.state === 'running') return isOlder(job.heartbeatAt ?? job.startedAt, HEARTBEAT_MAX_AGE_MS);
  return isOlder(job.requestedAt, QUEUED_MAX_AGE_MS);
}

/** Its dumps are kept until somebody says that it is good, so one that is forgotten keeps them for ever. */
function unverifiedReleases({ catalog, verifiedReleases, now }: CheckFacts): Finding[] | null {
  if (catalog === null || verifiedReleases === null) return null;
  const isOld = (at: string): boolean => now.getTime() - Date.parse(at) > UNVERIFIED_MAX_AGE_MS;
  const waiting = catalog
    .filter(({ kind, state, snapshotAt }) => kind === 'pre-release' && state === 'verified' && isOld(snapshotAt))
    .flatMap(({ release }) => release ?? []);
  return nameAll([...new Set(waiting)].filter((version) => !verifiedReleases.has(version)));
}

/** The last run tells how long the next one takes. */
function longJobs({ catalog, databases }: CheckFacts): Finding[] | null {
  if (catalog === null || databases === null) return null;
  return databases.map((database) => {
    const newest = newestVerified(catalog, database);
    const tookMs = newest === undefined ? 0 : Date.parse(newest.finishedAt) - Date.parse(newest.snapshotAt);
    if (tookMs <= LONG_JOB_MS) return { database, isOk: true };
    return { database, isOk: false, detail: `the last backup took ${Math.round(tookMs / 60_000)} minutes` };
  });
}

function backupsIn(catalog: readonly CatalogEntry[], states: readonly CatalogEntry['state'][]): string[] {
  return catalog.filter(({ state }) => states.includes(state)).map(({ backupId }) => backupId ?? '');
}
