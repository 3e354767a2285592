import type { BackupState, CatalogEntry } from '../catalog/catalog';
import { type DatabaseMarker, readMarker } from '../restore/database-marker';

/** A part of the timeline that cannot be shown, and why. */
export interface Unavailable {
  readonly reason: string;
}

export interface PitrWindow {
  readonly earliest: string;
  readonly latest: string;
}

export const POINT_KINDS = ['dump', 'pitr-window', 'previous-database', 'clone', 'deleted-blobs'] as const;
export type PointKind = (typeof POINT_KINDS)[number];

/** One thing to go back to: a moment, or of a PITR window a stretch of time. Times are ISO 8601 UTC. */
export interface RecoveryPoint {
  readonly kind: PointKind;
  /** Absent of blobs: they belong to no database. */
  readonly database?: string;
  readonly from: string;
  readonly to: string;
  readonly backupId?: string;
  readonly state?: BackupState;
  readonly release?: string | null;
  /** Of a swapped-out database on its server, of a restored server, or of the container of deleted blobs. */
  readonly name?: string;
  /** What swapped it out (`POST /api/restores/{jobId}/undo` brings it back), or restored the server. */
  readonly jobId?: string;
  /** When a restored server may be deleted; absent: not by this app. */
  readonly expiresAt?: string;
  /** Contents of blobs that soft delete has, deleted between `from` and `to` (`GET /api/deleted-blobs` lists them). */
  readonly count?: number;
  /** There are more than were counted. */
  readonly hasMore?: boolean;
}

/** Dumps that are offered: what is marked or broken is not. */
export function dumpPoints(catalog: readonly CatalogEntry[]): RecoveryPoint[] {
  return catalog.flatMap(({ backupId, database, state, snapshotAt, release }): RecoveryPoint[] =>
    backupId === null || database === null || state !== 'verified'
      ? []
      : [{ kind: 'dump', database, from: snapshotAt, to: snapshotAt, backupId, state, release }],
  );
}

/** Databases of a server that a restore, or its undoing, has renamed; each is as it was at that moment. */
export function previousPoints(
  database: string,
  liveName: string,
  found: readonly { readonly name: string; readonly comment: string | null }[],
): RecoveryPoint[] {
  return found.flatMap(({ name, comment }): RecoveryPoint[] => {
    const marker: DatabaseMarker | undefined = readMarker(comment);
    if (marker === undefined || marker.state === 'restoring' || marker.of !== liveName) return [];
    const { since, jobId } = marker;
    return [{ kind: 'previous-database', database, from: since, to: since, name, jobId }];
  });
}

/** What soft delete has of each container, as one stretch of time: there may be thousands. */
export function deletedPoints(
  found: readonly { readonly container: string; readonly deletedAt?: string; readonly writtenAt: string }[],
  hasMore: boolean,
): RecoveryPoint[] {
  const containers = [...new Set(found.map(({ container }) => container))];
  return containers.map((name): RecoveryPoint => {
    const ofIt = found.filter(({ container }) => container === name);
    const times = ofIt.map(({ deletedAt, writtenAt }) => deletedAt ?? writtenAt).sort();
    const [from = '', to = ''] = [times[0], times.at(-1)];
    return { kind: 'deleted-blobs', name, from, to, count: ofIt.length, hasMore };
  });
}

/** On one timeline, newest first. */
export const newestFirst = (points: readonly RecoveryPoint[]): RecoveryPoint[] =>
  [...points].sort((one, other) => (one.to < other.to ? 1 : one.to > other.to ? -1 : 0));
