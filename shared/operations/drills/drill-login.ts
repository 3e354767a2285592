import { createHmac } from 'node:crypto';
import { DRILL_LOGIN } from '../../domain/drills/drill-server';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import type { NewServerLogin } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'databases'>;

/** Azure wants three of upper case, lower case, digits and others. */
const OF_EACH_KIND = 'Lb1-';

/**
 * The administrator of a drill's temporary server. Its password is made from that of DATABASE_ADMIN_URL and the job's id, so
 * that whoever takes the job over has it, nobody keeps it, and it opens nothing else.
 *
 * @throws Failure `not-configured`
 */
export async function drillLogin(systems: Needs, database: string, jobId: string): Promise<NewServerLogin> {
  const admin = systems.databases.admin(database);
  if (admin.password === undefined) {
    throw new Failure('not-configured', 'DATABASE_ADMIN_URL has no password that one for a drill could be made from');
  }
  const mac = createHmac('sha256', await admin.password()).update(`drill server of ${jobId}`);
  return { kind: 'password', user: DRILL_LOGIN, password: `${OF_EACH_KIND}${mac.digest('base64url')}` };
}

/** The way to that server as its administrator. @throws Failure `not-configured`, `invalid-settings` */
export function drillConnection(systems: Needs, database: string, jobId: string, host: string): PgConnection {
  const admin = systems.databases.admin(database);
  const password = async (): Promise<string> => (await drillLogin(systems, database, jobId)).password;
  return { ...admin, host, user: DRILL_LOGIN, database: 'postgres', password };
}
