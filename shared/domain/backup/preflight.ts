import { Failure } from '../failure';
import type { NotIncluded } from './manifest';
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from '../sql-names';

export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** Large objects that a login may not read; a database may have millions. */
export interface UnreadableLargeObjects {
  readonly count: number;
  /** The first ones' oids, at most 20. */
  readonly oids: readonly string[];
  readonly owners: readonly string[];
}

/** What readPreflight found; decided upon by `assessPreflight`. */
export interface PreflightFacts {
  readonly server: { readonly version: string; readonly versionNumber: number; readonly major: number };
  readonly inRecovery: boolean;
  readonly login: { readonly name: string; readonly superuser: boolean };
  readonly database: string;
  readonly databaseSizeBytes: number;
  /** Tables that pg_dump locks or reads, and that this login may not SELECT. */
  readonly unreadableTables: readonly QualifiedName[];
  readonly unreadableSequences: readonly QualifiedName[];
  /** Schemas of such tables and sequences that this login may not USE. */
  readonly unusableSchemas: readonly string[];
  /** Row-level security would hide rows of these from this login. */
  readonly tablesWithHiddenRows: readonly QualifiedName[];
  readonly unreadableLargeObjects: UnreadableLargeObjects;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** Those that pg_dump leaves out because this login is no superuser. */
  readonly subscriptions: readonly string[];
  /** `user at server`, where this login may not see the options. */
  readonly userMappingsWithHiddenOptions: readonly string[];
  readonly foreignTables: readonly QualifiedName[];
  /** On a standby only: unlogged tables are empty there, and their rows are not dumped. */
  readonly unloggedTables: readonly QualifiedName[];
  readonly eventTriggers: readonly string[];
  /** Owners of schemas and relations, besides the database's owner. */
  readonly otherOwners: readonly string[];
}

export interface PreflightBlocker {
  readonly code: string;
  /** Names as SQL. */
  readonly objects: readonly string[];
  /** Of all objects; `objects` may hold the first ones only. */
  readonly count: number;
  /** What makes it go away: SQL for an administrator. */
  readonly fix: string;
}

export interface PreflightAssessment {
  readonly blocking: readonly PreflightBlocker[];
  readonly notIncluded: readonly NotIncluded[];
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}

const NAMED_OBJECTS = 20;

/** What would make the dump incomplete, what no dump can hold, and what a restore will need. */
export function assessPreflight(facts: PreflightFacts): PreflightAssessment {
  return { blocking: blockers(facts), notIncluded: notIncluded(facts), warnings: warnings(facts) };
}

function blockers(facts: PreflightFacts): PreflightBlocker[] {
  const login = quoteIdentifier(facts.login.name);
  // covers schemas, tables and sequences, also those that come later: a grant on each goes stale with a migration
  const readAll = `GRANT pg_read_all_data TO ${login};`;
  const found: PreflightBlocker[] = [
    blocker('schema-not-usable', facts.unusableSchemas.map(quoteIdentifier), readAll),
    blocker('table-not-readable', facts.unreadableTables.map(quoteQualifiedName), readAll),
    blocker('sequence-not-readable', facts.unreadableSequences.map(quoteQualifiedName), readAll),
    blocker(
      'rows-hidden-by-row-level-security',
      facts.tablesWithHiddenRows.map(quoteQualifiedName),
      `ALTER ROLE ${login} BYPASSRLS; /* Azure, 15 and older: GRANT azure_pg_admin TO ${login}; */`,
    ),
    {
      code: 'large-object-not-readable',
      objects: facts.unreadableLargeObjects.oids,
      count: facts.unreadableLargeObjects.count,
      fix: largeObjectFix(facts, login),
    },
  ];
  return found.filter(({ count }) => count > 0);
}

function blocker(code: string, objects: readonly string[], fix: string): PreflightBlocker {
  return { code, objects, count: objects.length, fix };
}

/** pg_read_all_data does not cover large objects. Default privileges for later ones exist from 18 on. */
function largeObjectFix(facts: PreflightFacts, login: string): string {
  const { count, oids, owners } = facts.unreadableLargeObjects;
  const grant = `GRANT SELECT ON LARGE OBJECT`;
  const now =
    count <= oids.length
      ? `${grant} ${oids.join(', ')} TO ${login};`
      : `DO $fix$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM pg_largeobject_metadata LOOP ` +
        `EXECUTE ${quoteLiteral(`${grant} `)} || o || ${quoteLiteral(` TO ${login}`)}; END LOOP; END $fix$;`;
  const roles = owners.map(quoteIdentifier).join(', ');
  const later = `ALTER DEFAULT PRIVILEGES FOR ROLE ${roles} GRANT SELECT ON LARGE OBJECTS TO ${login};`;
  return facts.server.major >= 18 ? `${now} ${later}` : now;
}

function notIncluded(facts: PreflightFacts): NotIncluded[] {
  const entries = (kind: string, names: readonly string[], reason: string): NotIncluded[] =>
    names.map((name) => ({ kind, name, reason }));
  const { foreignTables, unloggedTables } = facts;
  return [
    ...entries('foreign-table-data', foreignTables.map(quoteQualifiedName), 'its rows live on another server'),
    ...entries('subscription', facts.subscriptions.map(quoteIdentifier), 'only a superuser may dump subscriptions'),
    ...entries(
      'user-mapping-options',
      facts.userMappingsWithHiddenOptions,
      'this login may not read them; the mapping itself is in the dump',
    ),
    ...entries('unlogged-table-data', unloggedTables.map(quoteQualifiedName), 'a standby does not have its rows'),
  ];
}

function warnings(facts: PreflightFacts): { code: string; detail: string }[] {
  const named = (code: string, meaning: string, names: readonly string[]): { code: string; detail: string }[] =>
    names.length === 0 ? [] : [{ code, detail: `${meaning}: ${listed(names.map(quoteIdentifier), names.length)}` }];
  return [
    ...named('event-triggers', 'only a superuser can restore event triggers', facts.eventTriggers),
    ...named('roles-needed', 'a restore needs these roles, which own objects', facts.otherOwners),
  ];
}

/** `dump-would-be-incomplete`: up to 20 objects of each kind, their number, and the SQL that grants them. */
export function preflightFailure(blocking: readonly PreflightBlocker[]): Failure {
  const detail = blocking.map(({ code, objects, count }) => `${code} (${count}): ${listed(objects, count)}`).join('; ');
  const fixes = [...new Set(blocking.map(({ fix }) => fix))].join(' ');
  return new Failure('dump-would-be-incomplete', detail, { hint: `run as an administrator: ${fixes}` });
}

function listed(names: readonly string[], count: number): string {
  const shown = names.slice(0, NAMED_OBJECTS);
  const rest = count - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
