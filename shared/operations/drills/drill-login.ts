import { createHmac } from 'node:crypto';
import { DRILL_LOGIN } from '../../domain/drills/drill-server';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import type { NewServerLogin } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'databases' | 'settings'>;

/** Azure wants three of upper case, lower case, digits and others. */
const OF_EACH_KIND = 'Lb1-';

export const isEntraLogin = ({ settings }: Pick<Systems, 'settings'>): boolean =>
  settings.get('DATABASE_ADMIN_AUTH') === 'entra';

/** @throws Failure `not-configured`, `azure-refused` */
export async function drillLogin(
  systems: Needs & Pick<Systems, 'flexServers'>,
  database: string,
  jobId: string,
): Promise<NewServerLogin> {
  if (isEntraLogin(systems)) return { kind: 'entra', tenantId: (await systems.flexServers.ownIdentity()).tenantId };
  return { kind: 'password', user: DRILL_LOGIN, password: await drillPassword(systems, database, jobId) };
}

/**
 * The way to a drill's temporary server as its administrator: with DATABASE_ADMIN_AUTH=entra the admin login's own identity,
 * else a login of the server's own.
 *
 * @throws Failure `not-configured`, `invalid-settings`
 */
export function drillConnection(systems: Needs, database: string, jobId: string, host: string): PgConnection {
  const admin = { ...systems.databases.admin(database), host, database: 'postgres' };
  if (isEntraLogin(systems)) return admin;
  return { ...admin, user: DRILL_LOGIN, password: () => drillPassword(systems, database, jobId) };
}

/**
 * Made from the password of DATABASE_ADMIN_URL and the job's id, so that whoever takes the job over has it, nobody keeps it,
 * and it opens nothing else.
 */
async function drillPassword({ databases }: Needs, database: string, jobId: string): Promise<string> {
  const secret = await databases.admin(database).password?.();
  if (secret === undefined) {
    throw new Failure('not-configured', 'DATABASE_ADMIN_URL has no password that one for a drill could be made from');
  }
  return `${OF_EACH_KIND}${createHmac('sha256', secret).update(`drill server of ${jobId}`).digest('base64url')}`;
}
