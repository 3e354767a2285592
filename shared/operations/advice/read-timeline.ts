import {
  dumpPoints,
  newestFirst,
  type PitrWindow,
  type PointKind,
  type RecoveryPoint,
  type Unavailable,
} from '../../domain/advice/recovery-points';
import type { Systems } from '../../systems/systems';
import { readWholeCatalog } from '../catalog/read-catalog';
import { readClones, readDeletedBlobs, readPitrWindow, readPreviousDatabases } from './read-recovery-places';

type Needs = Pick<
  Systems,
  | 'backupStates'
  | 'clock'
  | 'contentStore'
  | 'databases'
  | 'dumpStore'
  | 'flexServers'
  | 'jobLedger'
  | 'pgAdmin'
  | 'settings'
>;

export interface Timeline {
  readonly items: readonly RecoveryPoint[];
  /** What cannot be shown, and why. */
  readonly unavailable: readonly UnavailablePart[];
}

interface UnavailablePart extends Unavailable {
  readonly kind: PointKind;
  /** Absent: of no database in particular. */
  readonly database?: string;
}

/**
 * Everything that can be gone back to, on one timeline. What does not answer is named, and hides nothing else.
 *
 * @param maxAgeMs how old the catalog may be (`readWholeCatalog`)
 */
export async function readTimeline(systems: Needs, database: string | undefined, maxAgeMs = 0): Promise<Timeline> {
  const names = systems.databases.names().filter((name) => database === undefined || name === database);
  const [{ entries }, clones, blobs, ...ofDatabases] = await Promise.all([
    readWholeCatalog(systems, maxAgeMs),
    readClones(systems),
    readDeletedBlobs(systems),
    ...names.map((name) => readPlacesOf(systems, name)),
  ]);
  const shared = [
    { kind: 'clone' as const, found: clones },
    { kind: 'deleted-blobs' as const, found: blobs },
  ];
  const parts = [...ofDatabases.flat(), ...shared];
  const found = parts.flatMap((part) => ('reason' in part.found ? [] : part.found));
  const isWanted = (point: RecoveryPoint): boolean =>
    database === undefined || point.database === undefined || point.database === database;
  return {
    items: newestFirst([...found, ...dumpPoints(entries)].filter(isWanted)),
    unavailable: parts.flatMap(({ found: what, ...part }) => ('reason' in what ? [{ ...part, ...what }] : [])),
  };
}

interface Part {
  readonly kind: PointKind;
  readonly database: string;
  readonly found: RecoveryPoint[] | Unavailable;
}

async function readPlacesOf(systems: Needs, database: string): Promise<Part[]> {
  const [window, previous] = await Promise.all([
    readPitrWindow(systems, database),
    readPreviousDatabases(systems, database),
  ]);
  return [
    { kind: 'pitr-window', database, found: 'reason' in window ? window : [windowPoint(database, window)] },
    { kind: 'previous-database', database, found: previous },
  ];
}

const windowPoint = (database: string, { earliest, latest }: PitrWindow): RecoveryPoint => ({
  ...{ kind: 'pitr-window', database, from: earliest, to: latest },
});
