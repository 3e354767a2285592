import { adminRoleSql } from '../domain/restore/admin-role-sql';
import { Failure } from '../domain/failure';
import { connectedBeside, isSameServer, type PgConnection } from '../domain/pg-connection';
import { connectionOf, type ConnectionSource, isSet, readUrl, variablesOf } from './connections';
import { databaseVariable, NAME, nameFromVariable } from './databases';

/**
 * The admin login of a configured database's server, connected to another database than that one, because it creates,
 * renames and drops it.
 *
 * @throws Failure `not-configured`, whose hint makes the role; `invalid-settings` also for one that leads to another server
 */
export function adminConnection(name: string, source: ConnectionSource): PgConnection {
  refuseToBackupApp(source);
  const { environment } = source;
  const variable = databaseVariable(name, environment);
  const adminVariable = variable.replace('DATABASE_URL', 'DATABASE_ADMIN_URL');
  if (!isSet(environment[adminVariable])) {
    const hint = `as an administrator of the server: ${adminRoleSql()} Then set ${adminVariable} to its URL`;
    throw new Failure('not-configured', `${adminVariable} is not set, so nothing can be restored`, { hint });
  }
  const live = readUrl(variable, environment);
  const admin = connectionOf(readUrl(adminVariable, environment), source, 'DATABASE_ADMIN_AUTH');
  if (!isSameServer(admin, live)) {
    throw new Failure('invalid-settings', `${adminVariable} names another server than ${variable}`);
  }
  return connectedBeside(admin, live.database);
}

/** A server of `RESTORE_TARGET_<NAME>`. @throws Failure `invalid-request` naming the field, `invalid-settings` */
export function restoreTarget(name: string, source: ConnectionSource): PgConnection {
  refuseToBackupApp(source);
  const variable = targetVariables(source).find((candidate) => nameFromVariable(FAMILY, candidate) === name);
  if (variable !== undefined) {
    return connectionOf(readUrl(variable, source.environment), source, 'DATABASE_ADMIN_AUTH');
  }
  const known = restoreTargets(source).join(', ') || 'none; RESTORE_TARGET_<NAME> makes one';
  throw new Failure('invalid-request', `target: no server of that name is configured (configured: ${known})`);
}

export function restoreTargets(source: ConnectionSource): string[] {
  return targetVariables(source).map((variable) => nameFromVariable(FAMILY, variable));
}

/**
 * Where a drill of this database restores to: the drill server, else with DRILL_ON_SOURCE the database's own, else
 * undefined.
 */
export function drillConnection(name: string, source: ConnectionSource): PgConnection | undefined {
  refuseToBackupApp(source);
  if (isSet(source.environment['DRILL_DATABASE_URL'])) {
    return connectionOf(readUrl('DRILL_DATABASE_URL', source.environment), source, 'DATABASE_ADMIN_AUTH');
  }
  return source.settings.get('DRILL_ON_SOURCE') ? adminConnection(name, source) : undefined;
}

/**
 * Every database that a configured URL names, so that none of them is ever dropped as nobody's.
 *
 * @throws Failure `invalid-settings` when one of them cannot be read: nothing may be said then
 */
export function configuredPlaces({ environment }: ConnectionSource): DatabasePlace[] {
  const families = ['DATABASE_URL', 'DATABASE_DUMP_URL', 'DATABASE_ADMIN_URL', FAMILY, 'DRILL_DATABASE_URL'];
  return families
    .flatMap((family) => variablesOf(family, environment))
    .map((variable) => readUrl(variable, environment))
    .map(({ host, port, database }) => ({ host, port, database }));
}

export type DatabasePlace = Pick<PgConnection, 'host' | 'port' | 'database'>;

/** Even where somebody has set them: an app that takes backups has no login that writes, so that losing it loses no database. */
function refuseToBackupApp({ settings }: ConnectionSource): void {
  if (settings.get('APP_ROLE') !== 'backup') return;
  throw new Failure('not-configured', 'this app takes backups only (APP_ROLE=backup) and uses no admin login', {
    hint: 'call the recovery app, which has APP_ROLE=recovery',
  });
}

const FAMILY = 'RESTORE_TARGET';

function targetVariables({ environment }: ConnectionSource): string[] {
  return variablesOf(FAMILY, environment).filter((variable) => NAME.test(nameFromVariable(FAMILY, variable)));
}
