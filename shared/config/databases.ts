import { Failure } from '../domain/failure';
import type { PgConnection } from '../domain/pg-connection';
import { type DatabaseUrl, isLocalHost, parseDatabaseUrl } from './database-url';
import { SettingProblem } from './setting-problem';
import type { Environment, Settings } from './settings';

/** A protected database by its configured name (product.md §4). */
export interface ConfiguredDatabase {
  readonly name: string;
  readonly connection: PgConnection;
  /** The read replica for nightly dumps, where one is configured. */
  readonly replica: PgConnection | undefined;
  readonly warnings: readonly { code: string; detail: string }[];
}

export type TokenSource = () => Promise<string>;

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The configured names alone, for a timer that makes one job each: they need no valid URL but that of an unnamed one. */
export function databaseNames(environment: Environment): string[] {
  return scan(environment).settings.map((setting) => setting.name);
}

/** Why settings that should name a database do not. */
export function databaseProblems(environment: Environment): string[] {
  return scan(environment).problems.map(({ detail }) => detail);
}

/** @throws Failure `not-found` for an unknown name, `invalid-settings` for a URL that cannot be used */
export function configuredDatabase(
  name: string,
  environment: Environment,
  settings: Settings,
  entraToken: TokenSource,
): ConfiguredDatabase {
  const setting = scan(environment).settings.find((candidate) => candidate.name === name);
  if (setting === undefined) throw new Failure('not-found', `no database of the name "${name}" is configured`);
  const url = parse(setting.variable, environment);
  const replicaVariable = setting.variable.replace('DATABASE_URL', 'DATABASE_DUMP_URL');
  const replica = isSet(environment[replicaVariable]) ? parse(replicaVariable, environment) : undefined;
  const toConnection = (parsed: DatabaseUrl): PgConnection => connectionOf(parsed, settings, entraToken);
  return {
    name,
    connection: toConnection(url),
    replica: replica === undefined ? undefined : toConnection(replica),
    warnings: [...url.warnings, ...(replica?.warnings ?? [])],
  };
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
  const variables = Object.keys(environment).filter(
    (variable) => /^DATABASE_URL(_|$)/.test(variable) && isSet(environment[variable]),
  );
  for (const variable of variables.sort()) {
    const name =
      variable === 'DATABASE_URL'
        ? nameFromUrl(environment[variable] ?? '')
        : variable.slice('DATABASE_URL_'.length).toLowerCase().replaceAll('_', '-');
    if (!NAME.test(name)) {
      problems.push(problem(variable, 'names a database by other than letters, digits and _ (32 at most)'));
    } else if (settings.some((setting) => setting.name === name)) {
      problems.push(problem(variable, `gives the configured name "${name}" a second time`));
    } else settings.push({ variable, name });
  }
  return { settings: settings.sort((one, other) => (one.name < other.name ? -1 : 1)), problems };
}

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

function parse(variable: string, environment: Environment): DatabaseUrl {
  try {
    return parseDatabaseUrl(environment[variable] ?? '');
  } catch (error) {
    if (error instanceof SettingProblem) throw problem(variable, error.message);
    throw error;
  }
}

function connectionOf(url: DatabaseUrl, settings: Settings, entraToken: TokenSource): PgConnection {
  const { password } = url;
  const fixed = password === undefined ? undefined : (): Promise<string> => Promise.resolve(password);
  return {
    host: url.host,
    port: url.port,
    user: url.user,
    database: url.database,
    password: settings.get('DATABASE_AUTH') === 'entra' ? entraToken : fixed,
    tls: settings.get('DATABASE_TLS') ?? (isLocalHost(url.host) ? 'disable' : 'verify-full'),
  };
}

const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';
const problem = (variable: string, what: string): Failure => new Failure('invalid-settings', `${variable} ${what}`);
