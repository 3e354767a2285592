import { type BlobHistory, inSeconds, type KeptContent } from './blob-history';
import type { RecoveryOutcome } from './recovery-tally';

/** What an undelete was asked for (POST /undeletes); without `name` and `prefix` it means a deleted container. */
export interface UndeleteRequest {
  readonly container: string;
  readonly name?: string;
  readonly prefix?: string;
  readonly deletedFrom?: string;
  readonly deletedTo?: string;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
}

export type UndeleteStep =
  /** Undelete Blob: nothing live is touched. */
  | { readonly do: 'undelete'; readonly name: string }
  | PromoteStep
  | { readonly do: 'skip'; readonly name: string; readonly reason: string };

/** Earlier content is copied over the blob. */
export interface PromoteStep {
  readonly do: 'promote';
  readonly name: string;
  readonly source: { readonly kind: 'snapshot' | 'version'; readonly id: string };
  /** The source is soft-deleted: the blob is undeleted first, which brings its snapshots and versions back. */
  readonly undeleteFirst: boolean;
  /** ETag of the live blob that is overwritten; undefined where none is live. */
  readonly over: string | undefined;
}

type Wish = Pick<UndeleteRequest, 'name' | 'deletedFrom' | 'deletedTo' | 'overwrite'>;

/**
 * What an undelete does with one blob; undefined when nothing of it is meant. A blob that is gone comes back as it was
 * last. One that is live is replaced only with `overwrite`: by what it was before the window (`deletedFrom`), or before
 * its last overwriting.
 */
export function planUndelete(history: BlobHistory, wish: Wish): UndeleteStep | undefined {
  const { name, live } = history;
  const meant = history.kept.filter((kept) => endedWithin(kept, wish)).sort(byEnd);
  if (live === undefined) {
    const last = meant.at(-1);
    if (last !== undefined) return restoreGone(name, last);
    const reason = 'it was deleted with versioning on, which tells no time: name the blob without a time window';
    return history.kept.some(({ endedAt }) => endedAt === undefined) ? { do: 'skip', name, reason } : undefined;
  }
  const earlier = meant.filter(({ kind }) => kind !== 'base');
  const chosen = wish.deletedFrom === undefined ? earlier.at(-1) : earlier[0];
  if (chosen === undefined) {
    return wish.name === undefined
      ? undefined
      : { do: 'skip', name, reason: 'it is live, and nothing else of it is kept' };
  }
  if (!wish.overwrite)
    return { do: 'skip', name, reason: 'it is live; "overwrite": true puts earlier content over it' };
  return promote(name, chosen, live.etag);
}

/**
 * Brings a blob that is gone back as it was at a moment; a step that skips says why. Used after a database went back to
 * that moment. Without a moment: as it was last.
 */
export function planReturn(history: BlobHistory, at: string | undefined): UndeleteStep {
  const { name, kept } = history;
  if (history.live !== undefined) return { do: 'skip', name, reason: 'it is live again' };
  const last = [...kept].sort(byEnd).at(-1);
  if (last === undefined) return { do: 'skip', name, reason: 'nothing of it is kept: its retention time has ended' };
  if (at === undefined) return restoreGone(name, last);
  const then = kept.filter((one) => one.writtenAt <= at && (one.endedAt ?? at) >= inSeconds(at)).sort(byEnd)[0];
  // written only after that moment, so that no row of it can have meant other content
  return restoreGone(name, then ?? last);
}

/** What a dry run tells of a step: what the real run does, when nothing changes in between. */
export function foreseen(step: UndeleteStep): RecoveryOutcome {
  const { name } = step;
  return step.do === 'skip' ? { name, became: 'skipped', reason: step.reason } : { name, became: 'restored' };
}

function restoreGone(name: string, kept: KeptContent): UndeleteStep {
  return kept.kind === 'base' ? { do: 'undelete', name } : promote(name, kept, undefined);
}

function promote(name: string, kept: KeptContent, over: string | undefined): PromoteStep {
  const kind = kept.kind === 'version' ? 'version' : 'snapshot';
  const undeleteFirst = kept.deletedAt !== undefined;
  return { do: 'promote', name, source: { kind, id: kept.id }, undeleteFirst, over };
}

/** A time between which content was deleted or overwritten, both inclusive, ISO 8601 UTC. */
export type TimeWindow = Pick<UndeleteRequest, 'deletedFrom' | 'deletedTo'>;

/** Listings tell whole seconds, so a window begins with its second. What no time is known of is in no window. */
export function endedWithin(
  { endedAt }: Pick<KeptContent, 'endedAt'>,
  { deletedFrom, deletedTo }: { readonly [Bound in keyof TimeWindow]: string | undefined },
): boolean {
  if (endedAt === undefined) return deletedFrom === undefined && deletedTo === undefined;
  return (
    (deletedFrom === undefined || endedAt >= inSeconds(deletedFrom)) &&
    (deletedTo === undefined || endedAt <= deletedTo)
  );
}

/** What ended last comes last; what no time is known of ended after everything else. At the same second the base is last. */
function byEnd(one: KeptContent, other: KeptContent): number {
  const order = (kept: KeptContent): string => `${kept.endedAt ?? '~'} ${kept.kind === 'base' ? '~' : kept.id}`;
  return order(one) < order(other) ? -1 : 1;
}
