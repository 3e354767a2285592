import { Failure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';
import { findEntry } from './find-entry';
import { tagKept } from '../backup/tag-backup';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'log'>;

export interface HoldOrder {
  readonly reason: string;
  /** ISO 8601 UTC; without it the hold ends when it is lifted. */
  readonly until?: string | undefined;
}

/**
 * Keeps a backup regardless of retention, and lifts its mark when it has one. The state is written first: when the tags
 * cannot be, the hold stands and the sweep mends them.
 *
 * @throws Failure `not-found`; `invalid-request` for an `until` that has passed; `backup-gone`
 */
export async function holdBackup(
  systems: Needs,
  backupId: string,
  order: HoldOrder,
  caller: string,
): Promise<Record<string, unknown>> {
  const now = systems.clock.now();
  if (order.until !== undefined && Date.parse(order.until) <= now.getTime()) {
    throw new Failure('invalid-request', 'until: must lie in the future');
  }
  const { entry, byName } = await findEntry(systems, backupId);
  if (!byName.has(entry.blob)) throw new Failure('backup-gone', `${entry.blob} is no longer there`);
  const hold = { at: now.toISOString(), by: caller, ...order };
  await systems.backupStates.change(backupId, (state) => ({ ...state, hold }));
  await tagKept(systems, entry, byName, 'held');
  systems.log.info('backup-held', { backupId, by: caller });
  return { backupId, hold: 'held', heldBecause: hold };
}

/**
 * Ends a hold; the next run of retention decides. The tags are changed first, so that what dies in between leaves a hold
 * and never a lost one.
 */
export async function releaseHold(systems: Needs, backupId: string, caller: string): Promise<Record<string, unknown>> {
  const { entry, byName } = await findEntry(systems, backupId);
  if (entry.state !== 'expired') await tagKept(systems, entry, byName, 'none');
  await systems.backupStates.change(backupId, (state) => ({ ...state, hold: undefined }));
  systems.log.info('backup-hold-lifted', { backupId, by: caller });
  return { backupId, hold: 'none' };
}
