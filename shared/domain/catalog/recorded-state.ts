/**
 * What became known of a backup after its commit (product.md §4, `backups/{backupId}.json`): nothing of it can stand in
 * the manifest, which is never written again. Times are ISO 8601 UTC.
 */
export interface RecordedState {
  /** A later read found the stored bytes changed or undecodable: never restored from, never counted. */
  readonly damaged?: { readonly at: string; readonly detail: string; readonly jobId?: string | undefined } | undefined;
  /** The last later read that found the stored bytes as they were sent. */
  readonly verified?: { readonly at: string; readonly jobId?: string | undefined } | undefined;
  /** It is in the second account, too, and its bytes there were read back. Written once, and never looked up there again. */
  readonly copied?: { readonly at: string; readonly jobId?: string | undefined } | undefined;
  /** Somebody said that a shrunken dump is as it should be. */
  readonly accepted?: StatedReason | undefined;
  /** Kept regardless of retention; without `until`, until it is lifted. */
  readonly hold?: (StatedReason & { readonly until?: string | undefined }) | undefined;
}

export interface StatedReason {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

export const UNCHANGED: RecordedState = {};

/**
 * Whether a backup is held. Where the state says nothing the tag decides: a state container that was lost must not cost a
 * hold, and lifting a hold changes the tags first.
 */
export function isHeld(state: RecordedState, isTaggedHeld: boolean, now: Date): boolean {
  if (state.hold === undefined) return isTaggedHeld;
  return state.hold.until === undefined || Date.parse(state.hold.until) > now.getTime();
}
