import { readCatalog } from '../domain/catalog';
import { assessHealth, type Health } from '../domain/health';
import type { Systems } from '../systems/systems';
import { storedBlobs } from './read-catalog';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'databases' | 'dumpStore' | 'jobLedger' | 'settings'>;

/** Health from storage alone: no database is asked, so that it answers when all of them are down. Never throws. */
export async function checkHealth(systems: Needs): Promise<Health> {
  const [settings, databases, blobs, states, lastTickAt, freshness] = await Promise.all([
    fact(() => [...systems.settings.problems().map(({ name }) => name), ...systems.databases.problems()]),
    fact(() => systems.databases.names()),
    fact(() => storedBlobs(systems, '')),
    fact(() => systems.backupStates.readMany(undefined)),
    fact(() => systems.jobLedger.lastTickAt('tick')),
    fact(() => systems.settings.get('FRESHNESS_MAX_HOURS')),
  ]);
  const now = systems.clock.now();
  return assessHealth({
    now,
    badSettings: settings ?? [],
    databases,
    catalog: blobs === null ? null : readCatalog(blobs, states ?? new Map(), now),
    stateStorage: lastTickAt === null || states === null ? 'unreadable' : 'readable',
    lastTickAt: lastTickAt ?? undefined,
    freshnessMaxHours: freshness ?? 26,
  });
}

/** null: it could not be known. */
async function fact<T>(read: () => T | Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
