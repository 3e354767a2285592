import type { CatalogEntry } from '../catalog/catalog';
import { MANIFEST_VERSION } from '../backup/manifest';
import type { RetentionPolicy } from './retention';

const DAY_MS = 24 * 3600 * 1000;

/** It restores as far as anybody knows: also a marked one whose dump still lies there. */
export const isUsable = (entry: CatalogEntry): boolean =>
  entry.isIntact && (entry.manifestVersion ?? 0) <= MANIFEST_VERSION;

/**
 * When a backup is too old by the rule of its kind, in milliseconds since 1970. A pre-release dump waits for its release to
 * be marked verified; one that names no release could wait for ever, so its days count from its snapshot.
 */
export function expiresAt(
  entry: CatalogEntry,
  verifiedReleases: ReadonlyMap<string, string>,
  policy: RetentionPolicy,
): number | 'release-unverified' {
  // of an adopted dump or an exported clone the snapshot may be older than anything; its own life begins with its manifest
  const taken = Date.parse(entry.source === 'live' ? entry.snapshotAt : later(entry.snapshotAt, entry.finishedAt));
  switch (entry.kind) {
    case 'nightly':
      return taken + policy.nightlyDays * DAY_MS;
    case 'safety':
      return taken + policy.safetyDays * DAY_MS;
    case 'pre-release': {
      if (entry.release === null) return taken + policy.preReleaseDays * DAY_MS;
      const verifiedAt = verifiedReleases.get(entry.release);
      if (verifiedAt === undefined) return 'release-unverified';
      // the same version may have been verified before and be deployed again
      return Math.max(taken, Date.parse(verifiedAt)) + policy.preReleaseDays * DAY_MS;
    }
    case 'manual':
    case 'pitr':
    case null:
      return taken + policy.manualDays * DAY_MS;
  }
}

const later = (one: string, other: string): string => (one > other ? one : other);

export const month = (at: string): string => at.slice(0, 7);

/** The Monday that begins the ISO week of a time, as a key. */
export function isoWeek(at: string): string {
  const day = new Date(`${at.slice(0, 10)}T00:00:00.000Z`);
  const sinceMonday = (day.getUTCDay() + 6) % 7;
  return new Date(day.getTime() - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}
