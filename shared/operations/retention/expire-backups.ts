import type { CatalogEntry } from '../../domain/catalog/catalog';
import { isHeld } from '../../domain/catalog/recorded-state';
import type { RetentionPlan } from '../../domain/retention/retention';
import type { Systems } from '../../systems/systems';
import { decideRetention } from './plan-retention';
import type { Catalog } from '../catalog/read-catalog';
import { tagExpired, tagKept } from '../backup/tag-backup';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'log' | 'releaseRecords' | 'settings'>;

/**
 * The daily run of retention: carries out the plan. Marks are lifted before any is set, and when one cannot be lifted
 * nothing is marked, because the floor counted on it. Nothing is deleted here: the account's lifecycle policy does that.
 */
export async function expireBackups(systems: Needs): Promise<RetentionPlan> {
  const { catalog, plan } = await decideRetention(systems);
  for (const stop of plan.stops) systems.log.error('retention-stopped', { ...stop });
  for (const backupId of plan.lift) {
    const entry = entryOf(catalog, backupId);
    await tagKept(systems, entry, catalog.byName, entry.hold);
    systems.log.info('backup-mark-lifted', { backupId });
  }
  for (const backupId of plan.expire) {
    await expireBackup(systems, entryOf(catalog, backupId), catalog);
    systems.log.info('backup-expired', { backupId });
  }
  return plan;
}

/** A hold may be placed while this runs: looked at after the mark, so that whoever is second sees the other. */
async function expireBackup(systems: Needs, entry: CatalogEntry, catalog: Catalog): Promise<void> {
  await tagExpired(systems, entry, catalog.byName);
  const recorded = await systems.backupStates.read(entry.backupId ?? '');
  if (isHeld(recorded, false, systems.clock.now())) await tagKept(systems, entry, catalog.byName, 'held');
}

function entryOf(catalog: Catalog, backupId: string): CatalogEntry {
  const entry = catalog.entries.find((candidate) => candidate.backupId === backupId);
  if (entry === undefined) throw new Error(`the plan names ${backupId}, which is not in its catalog`);
  return entry;
}
