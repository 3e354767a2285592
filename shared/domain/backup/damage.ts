import { Failure, type FailureCode } from '../failure';
import type { RecordedState } from '../catalog/recorded-state';

/** Failures that say something of what is stored: nothing but another read that passes takes it back. */
const DAMAGE: readonly FailureCode[] = [
  'stored-bytes-differ',
  'archive-undecodable',
  'archive-incomplete',
  'manifest-unreadable',
];

/** Whether the failure says that what is stored is bad. */
export const tellsOfDamage = ({ code }: Failure): boolean => DAMAGE.includes(code);

/** The mark that a failure puts on a backup; undefined when the failure says nothing of its bytes. */
export function damageOf(error: unknown, at: Date, jobId: string): RecordedState['damaged'] {
  if (!(error instanceof Failure) || !tellsOfDamage(error)) return undefined;
  return { at: at.toISOString(), detail: error.message, jobId };
}
