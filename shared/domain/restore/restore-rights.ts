import type { RestoreFacts } from './restore-facts';
import type { RestorePlan } from './restore-plan';
import type { RestoreMode } from './restore-request';
import { quoteIdentifier } from '../sql-names';

/** What the admin login lacks for this restore, each with the SQL that grants it. */
export function missingRights({ target, archive }: RestoreFacts, mode: RestoreMode): RestorePlan['missingRights'] {
  const { login, live, server } = target;
  if (login.superuser) return [];
  const name = quoteIdentifier(login.name);
  const createdb = { right: 'CREATEDB', sql: `ALTER ROLE ${name} CREATEDB;` };
  const signal = { right: 'pg_signal_backend', sql: `GRANT pg_signal_backend TO ${name};` };
  const serversOwn = leftToTheServer(target, archive.owners);
  const owners = new Set([
    ...archive.owners.filter((owner) => !serversOwn.includes(owner)),
    ...(mode === 'new-database' || live === null ? [] : [live.owner]),
    ...(mode === 'swap' ? (live?.grantors ?? []) : []),
  ]);
  // 16 took inheriting and SET ROLE apart: handing over needs the one, renaming the other
  const options = server.major >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  const memberships = target.roles
    .filter((role) => owners.has(role.name) && !role.mayBecome)
    .map((role) => ({
      right: `membership in ${quoteIdentifier(role.name)}`,
      sql: `GRANT ${quoteIdentifier(role.name)} TO ${name}${options};`,
    }));
  return [
    ...(mode === 'clean' || login.createdb ? [] : [createdb]),
    ...memberships,
    ...(mode === 'swap' ? rightsToSettings(target, name) : []),
    ...(mode !== 'swap' || login.signalBackend ? [] : [signal]),
  ];
}

/**
 * Owners that are superusers of the target, which the login may not become: to ask for membership in one would be to ask
 * for the whole server. A dump of 14 or older names one for the schema "public", which each new database has by itself.
 */
export function leftToTheServer({ roles }: RestoreFacts['target'], owners: readonly string[]): string[] {
  const closed = roles.filter(({ superuser, mayBecome }) => superuser && !mayBecome).map(({ name }) => name);
  return owners.filter((owner) => closed.includes(owner));
}

/** A swap hands over what roles have set in this database: before 16 CREATEROLE was enough, since then ADMIN as well. */
function rightsToSettings(
  { live, login, roles, server }: RestoreFacts['target'],
  name: string,
): RestorePlan['missingRights'] {
  const closed = roles.filter((role) => live?.settingRoles.includes(role.name) && !role.mayAlter);
  if (closed.length === 0) return [];
  const createrole = { right: 'CREATEROLE', sql: `ALTER ROLE ${name} CREATEROLE;` };
  const admin = closed.map((role) => ({
    right: `ADMIN of ${quoteIdentifier(role.name)}, which has settings in this database`,
    sql: `GRANT ${quoteIdentifier(role.name)} TO ${name} WITH ADMIN OPTION;`,
  }));
  return [...(login.createrole ? [] : [createrole]), ...(server.major >= 16 ? admin : [])];
}
