import { type DatabaseMarker, readMarker } from './database-marker';

const HOUR_MS = 3_600_000;

/** A database that a swap or its undoing put aside, as the record of that job has it. */
export interface SwappedOut {
  readonly swapJobId: string;
  readonly oid: number;
  readonly name: string;
}

export interface DropFacts {
  readonly now: Date;
  readonly keepHours: number;
  readonly swappedOut: SwappedOut;
  /** What the server has under that oid. */
  readonly found: { readonly name: string; readonly comment: string | null };
  /** Names of the databases of every URL that is configured; null: they cannot all be read. */
  readonly configuredNames: readonly string[] | null;
  /** Sessions, prepared transactions, logical slots and subscriptions of it, in words. */
  readonly inUse: readonly string[];
}

/** Why a swapped-out database stays; []: it may be dumped, and then dropped. In doubt it stays. */
export function whyKept({ now, keepHours, swappedOut, found, configuredNames, inUse }: DropFacts): string[] {
  const { name, swapJobId } = swappedOut;
  const marker = swappedOutMarker(found.comment, swapJobId);
  const until = marker === undefined ? undefined : keptUntil(marker, keepHours);
  return [
    ...when(marker === undefined, 'its comment no longer says that it was swapped out by that job'),
    ...when(
      until !== undefined && !(until <= now.getTime()),
      `PREVIOUS_DATABASE_KEEP_HOURS (${keepHours}) is not over`,
    ),
    ...when(found.name !== name, `it is called "${found.name}" now`),
    ...when(configuredNames === null, 'the configured URLs cannot all be read, and one may name it'),
    ...when(configuredNames?.includes(found.name) === true, 'a configured URL names it'),
    ...inUse.map((what) => `in use: ${what}`),
  ];
}

const when = (applies: boolean, reason: string): string[] => (applies ? [reason] : []);

type SwappedOutMarker = Exclude<DatabaseMarker, { state: 'restoring' }>;

function swappedOutMarker(comment: string | null, swapJobId: string): SwappedOutMarker | undefined {
  const marker = readMarker(comment);
  return marker === undefined || marker.state === 'restoring' || marker.jobId !== swapJobId ? undefined : marker;
}

/** NaN, which no time is after, for a time that cannot be read. */
const keptUntil = ({ since }: SwappedOutMarker, keepHours: number): number => Date.parse(since) + keepHours * HOUR_MS;

/**
 * The job that put a database aside, when its time is over: what `tick` asks about every database of a server before it
 * looks at anything else.
 */
export function overdueSwap(comment: string | null, keepHours: number, now: Date): string | undefined {
  const marker = readMarker(comment);
  if (marker === undefined || marker.state === 'restoring') return undefined;
  return keptUntil(marker, keepHours) <= now.getTime() ? marker.jobId : undefined;
}

/** What the record of a swap tells once its previous database was dropped: `result.previousDropped`. */
export interface PreviousDropped {
  /** ISO 8601 UTC */
  readonly at: string;
  readonly jobId: string;
  /** The verified dump that was taken right before. */
  readonly backupId: string;
}

export const PREVIOUS_DROPPED = 'previousDropped';
