import type { JobWarning } from '../jobs/job';
import type { Manifest, Release } from '../backup/manifest';
import type { ReleaseRecord } from './release-record';
import { type DumpBefore, chooseDump, dumpWarnings } from './rollback-dump';
import { type RollbackStep, stepsOf } from './rollback-steps';

export const ROLLBACK_WAYS = ['app-only', 'dump', 'pitr'] as const;
export type RollbackWayName = (typeof ROLLBACK_WAYS)[number];

export interface RollbackFacts {
  /** The release that is to be taken back. */
  readonly version: string;
  /** Configured name. */
  readonly database: string;
  /** What a swap must be confirmed with; null: nothing. */
  readonly confirm: string | null;
  /** Pre-release dumps of this database that name the release, whatever their source and state; newest first. */
  readonly dumps: readonly DumpBefore[];
  /** Releases that pre-release dumps taken after the newest of these name. */
  readonly laterReleases: readonly string[];
  readonly record: ReleaseRecord | undefined;
  /** The newest other release that was marked as verified when this one was deployed. */
  readonly markedBefore: Release | undefined;
  /** Of the live database now; null: it tells none, or does not answer. */
  readonly liveRevision: string | null;
  /** What stands in the way right now; nothing: it can be started. */
  readonly missing: Readonly<Record<'dump' | 'pitr', readonly string[]>>;
}

export interface RollbackWay {
  readonly way: RollbackWayName;
  /** When this is the one to take. */
  readonly when: string;
  /** The state that it leads back to, ISO 8601 UTC; null: it changes no data, or nobody knows the moment. */
  readonly recoveryPoint: string | null;
  /** In order. */
  readonly steps: readonly RollbackStep[];
  /** Prerequisites that fail right now; empty: it can be started. */
  readonly missing: readonly string[];
}

export interface RollbackPlan {
  readonly version: string;
  readonly database: string;
  /** What to deploy again: never `version` itself. null: nobody recorded what ran before. */
  readonly redeploy: Release | null;
  readonly backup: Pick<Manifest, 'backupId' | 'snapshotAt' | 'schemaRevision'> | null;
  readonly schema: {
    readonly live: string | null;
    readonly before: string | null;
    /** null: not known, because one of them is not. */
    readonly hasChanged: boolean | null;
  };
  /** Best first. */
  readonly ways: readonly RollbackWay[];
  readonly warnings: readonly JobWarning[];
}

/**
 * How to take a release back: the dump from before it, and what ran then. Only dumps of the live database count, and none
 * that was taken while the release itself ran already.
 */
export function planRollback(facts: RollbackFacts): RollbackPlan {
  const { version, database, liveRevision: live } = facts;
  const chosen = chooseDump(version, facts.dumps);
  const redeploy = releaseBefore(facts, chosen);
  const before = chosen?.manifest.schemaRevision?.value ?? null;
  const hasChanged = live === null || before === null ? null : live !== before;
  return {
    ...{ version, database, redeploy, backup: chosen === undefined ? null : backupOf(chosen) },
    schema: { live, before, hasChanged },
    ways: bestFirst(facts, chosen, redeploy, hasChanged),
    warnings: [...releaseWarnings(facts, chosen, redeploy), ...dumpWarnings(version, facts.dumps, chosen)],
  };
}

const backupOf = ({ manifest }: DumpBefore): RollbackPlan['backup'] => {
  const { backupId, snapshotAt, schemaRevision } = manifest;
  return { backupId, snapshotAt, schemaRevision };
};

/** As the dump says, else as the records do. */
function releaseBefore({ version, markedBefore }: RollbackFacts, chosen: DumpBefore | undefined): Release | null {
  const candidates = [chosen?.manifest.runningRelease, markedBefore];
  return candidates.find((release) => release != null && release.version !== version) ?? null;
}

/** What can be started comes first; a changed schema needs the database to go back with the app. */
function bestFirst(
  facts: RollbackFacts,
  chosen: DumpBefore | undefined,
  redeploy: Release | null,
  hasChanged: boolean | null,
): RollbackWay[] {
  const order = hasChanged === true ? (['dump', 'pitr', 'app-only'] as const) : ROLLBACK_WAYS;
  const ways = order.map((way): RollbackWay => {
    // the pipeline deploys when the dump is verified: until then nothing of the release has run
    const points = { 'app-only': undefined, dump: chosen?.manifest.snapshotAt, pitr: chosen?.manifest.finishedAt };
    const recoveryPoint = points[way] ?? null;
    const backupId = chosen?.manifest.backupId ?? null;
    const isMarked = chosen?.entry.state === 'expired';
    return {
      ...{ way, when: whenToTake(way, facts.version, hasChanged), recoveryPoint },
      steps: stepsOf(way, { ...facts, redeploy, recoveryPoint, backupId, isMarked }),
      missing: missingFor(way, facts, chosen),
    };
  });
  const isReady = ({ missing }: RollbackWay): boolean => missing.length === 0;
  return [...ways.filter(isReady), ...ways.filter((way) => !isReady(way))];
}

function whenToTake(way: RollbackWayName, version: string, hasChanged: boolean | null): string {
  switch (way) {
    case 'app-only':
      if (hasChanged === true) return `never by itself: the schema has changed since ${version} was deployed`;
      return hasChanged === false
        ? 'the data is good: the schema is what it was before'
        : `the data is good, and ${version} changed no schema: look whether it ran a migration`;
    case 'dump':
      return 'its migration ran, or it spoiled data: verified, quick, and can be undone';
    case 'pitr':
      return 'the same, and the writes between the dump and the deployment matter; takes longer';
  }
}

function missingFor(way: RollbackWayName, facts: RollbackFacts, chosen: DumpBefore | undefined): string[] {
  if (way === 'app-only') return [];
  const noDump = `there is no restorable dump from before ${facts.version}`;
  const noTime = `no dump tells when ${facts.version} was deployed: fill in a time from just before`;
  const own = chosen === undefined ? [way === 'dump' ? noDump : noTime] : [];
  return [...own, ...facts.missing[way]];
}

function releaseWarnings(
  { version, laterReleases, record, dumps }: RollbackFacts,
  chosen: DumpBefore | undefined,
  redeploy: Release | null,
): JobWarning[] {
  const warn = (code: string, isSo: boolean, detail: string): JobWarning[] => (isSo ? [{ code, detail }] : []);
  const isFromRecords = redeploy !== null && redeploy.version !== chosen?.manifest.runningRelease?.version;
  return [
    ...warn(
      'running-release-unknown',
      redeploy === null,
      `nobody recorded what ran before ${version}: find out before you deploy anything`,
    ),
    ...warn(
      'running-release-from-records',
      isFromRecords,
      `no dump says what ran before ${version}; ${redeploy?.version ?? ''} is the newest other release marked as verified`,
    ),
    ...warn('already-rolled-back', record?.runningSince === null, `${version} is marked as rolled back already`),
    ...warn(
      'later-releases',
      laterReleases.length > 0,
      `deployed after ${version}, so they go back with it: ${laterReleases.join(', ')}`,
    ),
    ...warn('no-backup', dumps.length === 0, `no pre-release backup names ${version}`),
  ];
}
