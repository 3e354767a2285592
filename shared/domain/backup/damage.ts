import { Failure, type FailureCode } from '../failure';
import type { RecordedState } from '../catalog/recorded-state';

/** Failures that say something of what is stored: nothing but another read that passes takes it back. */
const DAMAGE: readonly FailureCode[] = [
  'stored-bytes-differ',
  'archive-undecodable',
  'archive-incomplete',
  'manifest-unreadable',
];

/** The mark that a failure puts on a backup; undefined when the failure says nothing of its bytes. */
export function damageOf(error: unknown, at: Date, jobId: string): RecordedState['damaged'] {
  if (!(error instanceof Failure) || !DAMAGE.includes(error.code)) return undefined;
  return { at: at.toISOString(), detail: error.message, jobId };
}
