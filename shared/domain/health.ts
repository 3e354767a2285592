import type { CatalogEntry } from './catalog';

export interface HealthFacts {
  readonly now: Date;
  /** Names of settings that cannot be parsed. */
  readonly badSettings: readonly string[];
  /** null: the settings of the databases cannot be read. */
  readonly databases: readonly string[] | null;
  /** null: the dump account cannot be read. */
  readonly catalog: readonly CatalogEntry[] | null;
  readonly stateStorage: 'readable' | 'unreadable';
  readonly lastTickAt: Date | undefined;
  readonly freshnessMaxHours: number;
}

export interface HealthCheck {
  readonly name: string;
  readonly state: 'ok' | 'degraded' | 'failing';
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'failing';
  /** The oldest among the databases' newest verified backups; null when one has none. */
  readonly newestVerifiedBackupAt: string | null;
  readonly checks: readonly HealthCheck[];
}

const TICK_MAX_AGE_MS = 30 * 60 * 1000;

/** No host, no name of a database and no secret: anybody may read it. */
export function assessHealth(facts: HealthFacts): Health {
  const newest = newestVerified(facts);
  const ageMs = newest === null ? Number.POSITIVE_INFINITY : facts.now.getTime() - Date.parse(newest);
  const tickAgeMs = facts.now.getTime() - (facts.lastTickAt?.getTime() ?? 0);
  const checks: HealthCheck[] = [
    check('settings', facts.badSettings.length === 0, 'degraded'),
    check('databases-configured', (facts.databases?.length ?? 0) > 0, 'failing'),
    check('dump-storage', facts.catalog !== null, 'failing'),
    check('state-storage', facts.stateStorage === 'readable', 'failing'),
    check('backup-freshness', ageMs <= facts.freshnessMaxHours * 3_600_000, 'failing'),
    check('tick-timer', tickAgeMs <= TICK_MAX_AGE_MS, 'degraded'),
  ];
  const worst = (state: HealthCheck['state']): boolean => checks.some((candidate) => candidate.state === state);
  const status = worst('failing') ? 'failing' : worst('degraded') ? 'degraded' : 'ok';
  return { status, newestVerifiedBackupAt: newest, checks };
}

function check(name: string, isOk: boolean, otherwise: 'degraded' | 'failing'): HealthCheck {
  return { name, state: isOk ? 'ok' : otherwise };
}

function newestVerified(facts: HealthFacts): string | null {
  if (facts.databases === null || facts.databases.length === 0) return null;
  const newest = facts.databases.map(
    (database) =>
      facts.catalog?.find(
        (entry) => entry.database === database && entry.state === 'verified' && entry.source === 'live',
      )?.snapshotAt ?? null,
  );
  if (newest.some((at) => at === null)) return null;
  return newest.reduce((oldest, at) => (at !== null && (oldest === null || at < oldest) ? at : oldest), null);
}
