import { Failure } from './failure';
import type { NotIncluded } from './manifest';
import { quoteIdentifier } from './sql-names';

export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** What readPreflight found; decided upon by `assessPreflight`. */
export interface PreflightFacts {
  readonly server: { readonly version: string; readonly versionNumber: number; readonly major: number };
  readonly inRecovery: boolean;
  readonly login: { readonly name: string; readonly superuser: boolean };
  readonly database: string;
  readonly databaseSizeBytes: number;
  /** Tables that pg_dump locks and reads, and that this login may not SELECT. */
  readonly unreadableTables: readonly QualifiedName[];
  readonly unreadableSequences: readonly QualifiedName[];
  readonly unusableSchemas: readonly string[];
  /** Row-level security would hide rows of these from this login. */
  readonly tablesWithHiddenRows: readonly QualifiedName[];
  /** Oids; at most the first 1,000. */
  readonly unreadableLargeObjects: readonly string[];
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** Those that pg_dump leaves out because this login is no superuser. */
  readonly subscriptions: readonly string[];
  readonly userMappingsWithHiddenOptions: readonly string[];
  readonly foreignTables: readonly QualifiedName[];
  readonly eventTriggers: readonly string[];
  /** Owners of objects, besides the database's owner. */
  readonly otherOwners: readonly string[];
}

export interface PreflightBlocker {
  readonly code: string;
  readonly objects: readonly string[];
  /** What makes it go away: SQL where there is some. */
  readonly fix: string;
}

export interface PreflightAssessment {
  readonly blocking: readonly PreflightBlocker[];
  readonly notIncluded: readonly NotIncluded[];
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}

/** What would make the dump incomplete, what no dump can hold, and what a restore will need. */
export function assessPreflight(facts: PreflightFacts): PreflightAssessment {
  return { blocking: blockers(facts), notIncluded: notIncluded(facts), warnings: warnings(facts) };
}

function blockers(facts: PreflightFacts): PreflightBlocker[] {
  const login = quoteIdentifier(facts.login.name);
  const qualified = (names: readonly QualifiedName[]): string[] => names.map(quoteName);
  const found: PreflightBlocker[] = [
    {
      code: 'schema-not-usable',
      objects: facts.unusableSchemas.map(quoteIdentifier),
      fix: `GRANT USAGE ON SCHEMA ${facts.unusableSchemas.map(quoteIdentifier).slice(0, 20).join(', ')} TO ${login};`,
    },
    {
      code: 'table-not-readable',
      objects: qualified(facts.unreadableTables),
      fix: `GRANT pg_read_all_data TO ${login};`,
    },
    {
      code: 'sequence-not-readable',
      objects: qualified(facts.unreadableSequences),
      fix: `GRANT pg_read_all_data TO ${login};`,
    },
    {
      code: 'rows-hidden-by-row-level-security',
      objects: qualified(facts.tablesWithHiddenRows),
      fix: `ALTER ROLE ${login} BYPASSRLS;`,
    },
    {
      code: 'large-object-not-readable',
      objects: facts.unreadableLargeObjects,
      fix: `GRANT SELECT ON LARGE OBJECT ${facts.unreadableLargeObjects.slice(0, 20).join(', ')} TO ${login};`,
    },
  ];
  return found.filter(({ objects }) => objects.length > 0);
}

function notIncluded(facts: PreflightFacts): NotIncluded[] {
  const entries = (kind: string, names: readonly string[], reason: string): NotIncluded[] =>
    names.map((name) => ({ kind, name, reason }));
  return [
    ...entries('foreign-table-data', facts.foreignTables.map(quoteName), 'the rows live on another server'),
    ...entries('subscription', facts.subscriptions, 'only a superuser may dump subscriptions'),
    ...entries('user-mapping-options', facts.userMappingsWithHiddenOptions, 'this login may not read the options'),
  ];
}

function warnings(facts: PreflightFacts): { code: string; detail: string }[] {
  const named = (code: string, names: readonly string[], meaning: string): { code: string; detail: string }[] =>
    names.length === 0 ? [] : [{ code, detail: `${meaning}: ${listed(names)}` }];
  return [
    ...named('event-triggers', facts.eventTriggers, 'only a superuser can restore event triggers'),
    ...named('roles-needed', facts.otherOwners, 'a restore needs these roles, which own objects'),
  ];
}

/** `dump-would-be-incomplete`, listing what is missing and the SQL that grants it. */
export function preflightFailure(blocking: readonly PreflightBlocker[]): Failure {
  const detail = blocking.map(({ code, objects }) => `${code} (${objects.length}): ${listed(objects)}`).join('; ');
  const fixes = [...new Set(blocking.map(({ fix }) => fix))].join(' ');
  return new Failure('dump-would-be-incomplete', detail, { hint: `run as an administrator: ${fixes}` });
}

const quoteName = ({ schema, name }: QualifiedName): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
