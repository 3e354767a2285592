import { isSameServer } from '../pg-connection';

/** A database in its place, as guards see it. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** What makes a database one that nobody replaces or wipes by accident. */
export interface GuardRules {
  /** Parts of host names (PRODUCTION_HOST_PATTERN), lower case. */
  readonly productionHosts: readonly string[];
  /** The databases of `DATABASE_URL…`. */
  readonly sources: readonly Place[];
}

/** Why this database needs its name typed; undefined: it does not. */
export function whyGuarded(place: Place, rules: GuardRules): string | undefined {
  const host = place.host.toLowerCase();
  const pattern = rules.productionHosts.find((part) => host.includes(part));
  if (pattern !== undefined) return `its host matches PRODUCTION_HOST_PATTERN (${pattern})`;
  const source = rules.sources.find(({ database }) => database === place.database);
  if (source === undefined) return undefined;
  // a host has many names, so the same database name elsewhere is guarded too
  return isSameServer(source, place) ? 'it is a configured database' : 'a configured database has this name';
}
