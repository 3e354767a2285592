import type { Systems } from '../../systems/systems';
import { findEntry } from './find-entry';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'log'>;

/** Somebody says that a shrunken dump is as it should be: it counts again, and later ones are compared with it. */
export async function acceptBackup(
  systems: Needs,
  backupId: string,
  reason: string,
  caller: string,
): Promise<Record<string, unknown>> {
  await findEntry(systems, backupId);
  const accepted = { at: systems.clock.now().toISOString(), by: caller, reason };
  await systems.backupStates.change(backupId, (state) => ({ ...state, accepted }));
  systems.log.info('backup-accepted', { backupId, by: caller });
  return { backupId, accepted };
}
