import { readCatalog, type StoredBlob } from '../domain/catalog';
import { assessHealth, type Health } from '../domain/health';
import type { Systems } from '../systems/systems';

type Needs = Pick<Systems, 'clock' | 'databases' | 'dumpStore' | 'jobLedger' | 'settings'>;

/** Health from storage alone: no database is asked, so that it answers when all of them are down. Never throws. */
export async function checkHealth(systems: Needs): Promise<Health> {
  const [settings, databases, catalog, lastTickAt, freshness] = await Promise.all([
    fact(() => [...systems.settings.problems().map(({ name }) => name), ...systems.databases.problems()]),
    fact(() => systems.databases.names()),
    fact(async () => {
      const blobs: StoredBlob[] = [];
      for await (const blob of systems.dumpStore.list('')) blobs.push(blob);
      return readCatalog(blobs);
    }),
    fact(() => systems.jobLedger.lastTickAt('tick')),
    fact(() => systems.settings.get('FRESHNESS_MAX_HOURS')),
  ]);
  return assessHealth({
    now: systems.clock.now(),
    badSettings: settings ?? [],
    databases,
    catalog,
    stateStorage: lastTickAt === null ? 'unreadable' : 'readable',
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
