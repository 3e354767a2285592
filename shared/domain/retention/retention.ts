import type { CatalogEntry } from '../catalog/catalog';
import { MANIFEST_VERSION } from '../backup/manifest';
import { expiresAt, isoWeek, isUsable, month } from './retention-rules';

/** The RETAIN_… settings (docs/settings.md) as numbers that are known to be sane. */
export interface RetentionPolicy {
  readonly nightlyDays: number;
  /** Newest nightly of each of so many weeks and months that have one; 0: none. */
  readonly weekly: number;
  readonly monthly: number;
  readonly preReleaseDays: number;
  readonly manualDays: number;
  readonly safetyDays: number;
  /** So many newest verified backups of each database stay, whatever else says. At least 1. */
  readonly minVerified: number;
  /** Above 0, at most 1: a database of which more would expire at once loses none. */
  readonly expireMaxShare: number;
}

export interface RetentionFacts {
  readonly now: Date;
  readonly catalog: readonly CatalogEntry[];
  /** Ids of backups that are much smaller than their predecessors and not accepted (shrunken.ts). */
  readonly shrunken: ReadonlySet<string>;
  /** When each release was marked verified, ISO 8601 UTC, by version. */
  readonly verifiedReleases: ReadonlyMap<string, string>;
}

/** docs/retention.md says what each means. */
export const RETENTION_REASONS = [
  ...(['held', 'floor', 'newest', 'weekly', 'monthly', 'release-unverified', 'young'] as const),
  ...(['damaged', 'missing', 'newer-app', 'future'] as const),
  ...(['too-old', 'gone'] as const),
] as const;
export type RetentionReason = (typeof RETENTION_REASONS)[number];

export interface RetentionItem {
  readonly backupId: string;
  readonly database: string;
  readonly kind: string;
  readonly state: string;
  readonly snapshotAt: string;
  readonly decision: 'keep' | 'expire';
  readonly reasons: readonly RetentionReason[];
}

export interface RetentionStop {
  readonly database: string;
  /** Of `of` unmarked backups so many would have expired at once. */
  readonly expiring: number;
  readonly of: number;
}

export interface RetentionPlan {
  readonly items: readonly RetentionItem[];
  /** Databases of which nothing is expired, though `items` says so, because it would be too much at once. */
  readonly stops: readonly RetentionStop[];
  /** What a run does: ids that are marked, and ids whose mark is lifted. */
  readonly expire: readonly string[];
  readonly lift: readonly string[];
}

type Backup = CatalogEntry & { readonly backupId: string; readonly database: string; readonly kind: string };

/**
 * What retention keeps and expires, and why. Every database is decided alone; foreign blobs are no part of it. Marks do not
 * matter to the decision: until the lifecycle policy has run, a marked backup is as good as it was, and its mark is lifted
 * when a rule keeps it after all (a longer policy, a newer backup that turned out damaged).
 */
export function planRetention(facts: RetentionFacts, policy: RetentionPolicy): RetentionPlan {
  const byDatabase = new Map<string, Backup[]>();
  for (const entry of facts.catalog) {
    if (!isBackup(entry)) continue;
    const backups = byDatabase.get(entry.database);
    if (backups === undefined) byDatabase.set(entry.database, [entry]);
    else backups.push(entry);
  }
  const plans = [...byDatabase].map(([database, backups]) => planDatabase(database, backups, facts, policy));
  return {
    items: plans.flatMap((plan) => plan.items),
    stops: plans.flatMap((plan) => plan.stops),
    expire: plans.flatMap((plan) => plan.expire),
    lift: plans.flatMap((plan) => plan.lift),
  };
}

const isBackup = (entry: CatalogEntry): entry is Backup =>
  entry.backupId !== null && entry.database !== null && entry.kind !== null;

function planDatabase(
  database: string,
  backups: readonly Backup[],
  facts: RetentionFacts,
  policy: RetentionPolicy,
): RetentionPlan {
  const kept = keepers(newestFirst(backups), facts, policy);
  const items = backups.map((backup) => decide(backup, kept.get(backup.backupId) ?? [], facts, policy));
  const expire = items.filter(({ state, decision }) => state !== 'expired' && decision === 'expire');
  const lift = items.filter(({ state, decision }) => state === 'expired' && decision === 'keep');
  // with the lifted ones, so that a second run sees the same share
  const unmarked = items.filter(({ state }) => state === 'verified').length + lift.length;
  const isTooMuch = expire.length > 0 && expire.length > unmarked * policy.expireMaxShare;
  return {
    items,
    stops: isTooMuch ? [{ database, expiring: expire.length, of: unmarked }] : [],
    expire: isTooMuch ? [] : expire.map(({ backupId }) => backupId),
    lift: lift.map(({ backupId }) => backupId),
  };
}

function decide(
  backup: Backup,
  chosen: readonly RetentionReason[],
  facts: RetentionFacts,
  policy: RetentionPolicy,
): RetentionItem {
  const { backupId, database, kind, state, snapshotAt } = backup;
  const isGone = state === 'expired' && !backup.isIntact;
  const reasons = isGone ? [] : [...chosen];
  if (!isGone) {
    if (backup.hold === 'held') reasons.unshift('held');
    const own = ownReason(backup, facts, policy);
    if (own !== undefined) reasons.push(own);
  }
  const decision = reasons.length > 0 ? 'keep' : 'expire';
  if (decision === 'expire') reasons.push(isGone ? 'gone' : 'too-old');
  return { backupId, database, kind, state, snapshotAt, decision, reasons };
}

/** The reason that a backup has by itself, whatever others there are. */
function ownReason(backup: Backup, facts: RetentionFacts, policy: RetentionPolicy): RetentionReason | undefined {
  if (backup.state === 'damaged' || backup.state === 'missing') return backup.state;
  if ((backup.manifestVersion ?? 0) > MANIFEST_VERSION) return 'newer-app';
  if (isOfTheFuture(backup, facts.now)) return 'future';
  const until = expiresAt(backup, facts.verifiedReleases, policy);
  if (until === 'release-unverified') return until;
  return until > facts.now.getTime() ? 'young' : undefined;
}

/** Reasons that depend on what else there is: the floor, and the keeps of weeks and months. */
function keepers(
  backups: readonly Backup[],
  facts: RetentionFacts,
  policy: RetentionPolicy,
): ReadonlyMap<string, readonly RetentionReason[]> {
  const reasons = new Map<string, RetentionReason[]>();
  const keep = (backup: Backup | undefined, reason: RetentionReason): void => {
    if (backup === undefined) return;
    const given = reasons.get(backup.backupId) ?? [];
    if (!given.includes(reason)) reasons.set(backup.backupId, [...given, reason]);
  };
  // a wrong clock must not make one backup the newest for ever; a shrunken one must not push out what was before it
  const sound = backups.filter((backup) => isUsable(backup) && !isOfTheFuture(backup, facts.now));
  const counted = sound.filter((backup) => backup.source === 'live' && !facts.shrunken.has(backup.backupId));
  for (const backup of counted.slice(0, policy.minVerified)) keep(backup, 'floor');
  keep(sound[0], 'newest');
  keep(
    sound.find((backup) => backup.source === 'live'),
    'newest',
  );
  const nights = counted.filter((backup) => backup.kind === 'nightly');
  for (const backup of newestOfEach(nights, isoWeek, policy.weekly)) keep(backup, 'weekly');
  for (const backup of newestOfEach(nights, month, policy.monthly)) keep(backup, 'monthly');
  return reasons;
}

/** Counted in periods that have one, so that a long outage costs none. */
function newestOfEach(nights: readonly Backup[], period: (at: string) => string, count: number): Backup[] {
  const newest = new Map<string, Backup>();
  for (const night of nights) {
    if (newest.size >= count) break;
    const key = period(night.snapshotAt);
    if (!newest.has(key)) newest.set(key, night);
  }
  return [...newest.values()];
}

const isOfTheFuture = (backup: Backup, now: Date): boolean => Date.parse(backup.snapshotAt) > now.getTime();

const newestFirst = (backups: readonly Backup[]): Backup[] =>
  [...backups].sort((one, other) =>
    one.snapshotAt === other.snapshotAt
      ? one.backupId < other.backupId
        ? 1
        : -1
      : one.snapshotAt < other.snapshotAt
        ? 1
        : -1,
  );
