import type { CatalogEntry } from './catalog';

/** A part of the timeline that cannot be shown, and why. */
export interface Unavailable {
  readonly reason: string;
}

export interface PitrWindow {
  readonly earliest: string;
  readonly latest: string;
}

/** One thing to go back to; a dump is a moment, a PITR window a stretch of time. Times are ISO 8601 UTC. */
export interface RecoveryPoint {
  readonly kind: 'dump' | 'pitr-window';
  readonly database: string;
  readonly from: string;
  readonly to: string;
  readonly backupId?: string;
  readonly state?: string;
  readonly release?: string | null;
}

/** Every dump that is offered and the PITR window of each server, newest first. What is marked or broken is not offered. */
export function recoveryPoints(
  catalog: readonly CatalogEntry[],
  windows: ReadonlyMap<string, PitrWindow | Unavailable>,
): RecoveryPoint[] {
  const dumps = catalog.flatMap(({ backupId, database, state, snapshotAt, release }): RecoveryPoint[] =>
    backupId === null || database === null || state !== 'verified'
      ? []
      : [{ kind: 'dump', database, from: snapshotAt, to: snapshotAt, backupId, state, release }],
  );
  const stretches = [...windows].flatMap(([database, window]): RecoveryPoint[] =>
    'reason' in window ? [] : [{ kind: 'pitr-window', database, from: window.earliest, to: window.latest }],
  );
  return [...stretches, ...dumps].sort((one, other) => (one.to < other.to ? 1 : one.to > other.to ? -1 : 0));
}
