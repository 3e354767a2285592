import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type LocalPostgres, POSTGRES_MAJORS, startPostgres } from '../environment/embedded-postgres';
import type { NewServerData, NewServerOrder } from './arm-create';

/**
 * A new, empty server as Azure makes one: on the loopback address `host`, with the port of the servers around it, closed to
 * everybody until it has a firewall rule, and with an administrator that is no superuser.
 *
 * @param entraToken what opens the door to an Entra administrator
 * @throws Error for a major that is not on this machine
 */
export async function makePostgres(
  order: NewServerOrder,
  host: string,
  port: number,
  entraToken = '',
): Promise<NewServerData> {
  const major = POSTGRES_MAJORS.find((candidate) => String(candidate) === order.version);
  if (major === undefined) throw new Error(`there is no PostgreSQL ${order.version} here`);
  const server = await startPostgres({ major, port, settings: { listen_addresses: host } });
  try {
    if (order.login !== undefined) await makeAdministrator(server, host, order.login);
    await admit(server, false);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    ...{ host, admit: (isOpen) => admit(server, isOpen), remove: () => server.stop() },
    setAdministrator: async (user) => {
      await admit(server, true);
      await makeAdministrator(server, host, { user, password: entraToken });
      await admit(server, false);
    },
  };
}

async function makeAdministrator(
  server: LocalPostgres,
  host: string,
  login: NonNullable<NewServerOrder['login']>,
): Promise<void> {
  const { port, superuser: user, password } = server;
  const client = new Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    const name = client.escapeIdentifier(login.user);
    const secret = client.escapeLiteral(login.password);
    await client.query(`create role ${name} login createdb createrole password ${secret}`);
    await client.query(`grant pg_read_all_data, pg_monitor, pg_signal_backend to ${name} with admin option`);
  } finally {
    await client.end();
  }
}

async function admit(server: LocalPostgres, isOpen: boolean): Promise<void> {
  const line = `host all all 127.0.0.0/8 ${isOpen ? 'scram-sha-256' : 'reject'}\n`;
  await writeFile(join(server.dataDir, 'pg_hba.conf'), line);
  process.kill(server.pid, 'SIGHUP');
  await sleep(200);
}
