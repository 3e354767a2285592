import type { CheckFacts } from './check-facts';
import { CHECK_NAMES, checkTable, newestVerified } from './checks';

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

/** The checks without their details: no host, no name of a database and no secret, because anybody may read it. */
export function assessHealth(facts: CheckFacts): Health {
  const checks = CHECK_NAMES.map((name): HealthCheck => {
    const { look, severity } = checkTable[name];
    const isFailing = (look(facts) ?? []).some(({ isOk }) => !isOk);
    return { name, state: isFailing ? severity : 'ok' };
  });
  const worst = (state: HealthCheck['state']): boolean => checks.some((candidate) => candidate.state === state);
  const status = worst('failing') ? 'failing' : worst('degraded') ? 'degraded' : 'ok';
  return { status, newestVerifiedBackupAt: oldestOfNewest(facts), checks };
}

function oldestOfNewest({ databases, catalog }: CheckFacts): string | null {
  if (databases === null || databases.length === 0) return null;
  const newest = databases.map((database) => newestVerified(catalog ?? [], database)?.snapshotAt);
  if (newest.includes(undefined)) return null;
  return newest.reduce<string | null>(
    (oldest, at) => (oldest === null || (at ?? '') < oldest ? (at ?? null) : oldest),
    null,
  );
}
