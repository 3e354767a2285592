import type { CatalogEntry } from '../../domain/catalog/catalog';
import type { Systems } from '../../systems/systems';
import { listBackups } from './read-backups';

const LOOKED_AT = 20;

/** The newest verified dump of a live database (configured name), taken within `maxAgeMinutes`. */
export async function freshBackup(
  systems: Pick<Systems, 'backupStates' | 'clock' | 'dumpStore' | 'settings'>,
  database: string,
  maxAgeMinutes: number,
): Promise<CatalogEntry | undefined> {
  const from = new Date(systems.clock.now().getTime() - maxAgeMinutes * 60_000).toISOString();
  const { items } = await listBackups(systems, { database, state: 'verified', from, limit: LOOKED_AT });
  return items.find(({ source, backupId }) => source === 'live' && backupId !== null);
}
