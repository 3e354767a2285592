import { Failure } from '../domain/failure';
import type { PgConnection } from '../domain/pg-connection';
import { connectionOf, type ConnectionSource, isSet, readUrl, variablesOf } from './connections';
import { parseDatabaseUrl } from './database-url';
import { SettingProblem } from './setting-problem';
import type { Environment } from './settings';

/** A protected database by its configured name (product.md §4). */
export interface ConfiguredDatabase {
  readonly name: string;
  readonly connection: PgConnection;
  /** The read replica for nightly dumps, where one is configured. */
  readonly replica: PgConnection | undefined;
  readonly warnings: readonly { code: string; detail: string }[];
}

export const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The configured names alone, for a timer that makes one job each: they need no valid URL but that of an unnamed one. */
export function databaseNames(environment: Environment): string[] {
  return scan(environment).settings.map((setting) => setting.name);
}

/** Why settings that should name a database do not. */
export function databaseProblems(environment: Environment): string[] {
  return scan(environment).problems.map(({ detail }) => detail);
}

/** @throws Failure `not-found` for an unknown name, `invalid-settings` for a URL that cannot be used */
export function configuredDatabase(name: string, source: ConnectionSource): ConfiguredDatabase {
  const { environment } = source;
  const variable = databaseVariable(name, environment);
  const url = readUrl(variable, environment);
  const replicaVariable = variable.replace('DATABASE_URL', 'DATABASE_DUMP_URL');
  const replica = isSet(environment[replicaVariable]) ? readUrl(replicaVariable, environment) : undefined;
  return {
    name,
    connection: connectionOf(url, source, 'DATABASE_AUTH'),
    replica: replica === undefined ? undefined : connectionOf(replica, source, 'DATABASE_AUTH'),
    warnings: [...url.warnings, ...(replica?.warnings ?? [])],
  };
}

/** The setting that a configured name comes from. @throws Failure `not-found` */
export function databaseVariable(name: string, environment: Environment): string {
  const setting = scan(environment).settings.find((candidate) => candidate.name === name);
  if (setting === undefined) throw new Failure('not-found', `no database of the name "${name}" is configured`);
  return setting.variable;
}

/** The one database that a request means: the one it names, or the only one there is. */
export function chooseDatabase(asked: string | undefined, names: readonly string[]): string {
  const known = names.length === 0 ? 'none is configured' : `configured: ${names.join(', ')}`;
  if (asked !== undefined) {
    if (names.includes(asked)) return asked;
    throw new Failure('invalid-request', `database: no database of that name is configured (${known})`);
  }
  const [only, ...others] = names;
  if (only === undefined) throw new Failure('not-configured', 'no database is configured: DATABASE_URL is not set');
  if (others.length > 0) throw new Failure('invalid-request', `database: must be named, there are several (${known})`);
  return only;
}

interface DatabaseSetting {
  readonly name: string;
  readonly variable: string;
}

/** One setting that cannot name a database must not cost the others their nights. */
function scan(environment: Environment): { settings: DatabaseSetting[]; problems: Failure[] } {
  const settings: DatabaseSetting[] = [];
  const problems: Failure[] = [];
  for (const variable of variablesOf('DATABASE_URL', environment)) {
    const name =
      variable === 'DATABASE_URL'
        ? nameFromUrl(environment[variable] ?? '')
        : nameFromVariable('DATABASE_URL', variable);
    if (!NAME.test(name)) {
      problems.push(problem(variable, 'names a database by other than letters, digits and _ (32 at most)'));
    } else if (settings.some((setting) => setting.name === name)) {
      problems.push(problem(variable, `gives the configured name "${name}" a second time`));
    } else settings.push({ variable, name });
  }
  return { settings: settings.sort((one, other) => (one.name < other.name ? -1 : 1)), problems };
}

/** `eu-west` of `DATABASE_URL_EU_WEST`. */
export const nameFromVariable = (family: string, variable: string): string =>
  variable
    .slice(family.length + 1)
    .toLowerCase()
    .replaceAll('_', '-');

/** A URL that cannot be parsed still makes a database, so that its nightly job fails loudly instead of not existing. */
function nameFromUrl(value: string): string {
  try {
    const cleaned = parseDatabaseUrl(value)
      .database.toLowerCase()
      .replace(/[^a-z0-9]/g, '-')
      .replace(/^-+/, '')
      .slice(0, 32);
    return cleaned === '' ? 'database' : cleaned;
  } catch (error) {
    if (error instanceof SettingProblem) return 'database';
    throw error;
  }
}

const problem = (variable: string, what: string): Failure => new Failure('invalid-settings', `${variable} ${what}`);
