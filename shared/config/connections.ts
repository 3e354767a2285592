import { Failure } from '../domain/failure';
import type { PgConnection } from '../domain/pg-connection';
import { type DatabaseUrl, isLocalHost, parseDatabaseUrl } from './database-url';
import { SettingProblem } from './setting-problem';
import type { Environment, Settings } from './settings';

export type TokenSource = () => Promise<string>;

/** What a configured URL needs beside itself to be a connection. */
export interface ConnectionSource {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly entraToken: TokenSource;
}

export const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

/** @throws Failure `invalid-settings` that names the variable, never its value */
export function readUrl(variable: string, environment: Environment): DatabaseUrl {
  try {
    return parseDatabaseUrl(environment[variable] ?? '');
  } catch (error) {
    if (error instanceof SettingProblem) throw new Failure('invalid-settings', `${variable} ${error.message}`);
    throw error;
  }
}

/** `auth` is the setting that says whether the URL's password or an Entra token opens the door. */
export function connectionOf(
  url: DatabaseUrl,
  { settings, entraToken }: ConnectionSource,
  auth: 'DATABASE_AUTH' | 'DATABASE_ADMIN_AUTH',
): PgConnection {
  const { password } = url;
  const fixed = password === undefined ? undefined : (): Promise<string> => Promise.resolve(password);
  return {
    host: url.host,
    port: url.port,
    user: url.user,
    database: url.database,
    password: settings.get(auth) === 'entra' ? entraToken : fixed,
    tls: settings.get('DATABASE_TLS') ?? (isLocalHost(url.host) ? 'disable' : 'verify-full'),
  };
}

/** Variables of a family (`RESTORE_TARGET` and `RESTORE_TARGET_<NAME>`) that are set, in the order of their names. */
export function variablesOf(family: string, environment: Environment): string[] {
  return Object.keys(environment)
    .filter((variable) => variable === family || variable.startsWith(`${family}_`))
    .filter((variable) => isSet(environment[variable]))
    .sort();
}
