import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type LocalPostgres, POSTGRES_MAJORS, startPostgres } from '../environment/embedded-postgres';
import type { NewServerOrder } from './arm-create';
import type { SimulatedServer } from './arm-state';

/**
 * A new, empty server as Azure makes one: on the loopback address `host`, with the port of the servers around it, closed to
 * everybody until it has a firewall rule, and with an administrator that is no superuser.
 *
 * @throws Error for a major that is not on this machine
 */
export async function makePostgres(
  order: NewServerOrder,
  host: string,
  port: number,
): Promise<Required<Pick<SimulatedServer, 'admit' | 'remove'>> & { host: string }> {
  const major = POSTGRES_MAJORS.find((candidate) => String(candidate) === order.version);
  if (major === undefined) throw new Error(`there is no PostgreSQL ${order.version} here`);
  const server = await startPostgres({ major, port, settings: { listen_addresses: host } });
  try {
    await makeAdministrator(server, host, order);
    await admit(server, false);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { host, admit: (isOpen) => admit(server, isOpen), remove: () => server.stop() };
}

async function makeAdministrator(server: LocalPostgres, host: string, order: NewServerOrder): Promise<void> {
  const { port, superuser: user, password } = server;
  const client = new Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    const name = client.escapeIdentifier(order.administratorLogin);
    const secret = client.escapeLiteral(order.administratorLoginPassword);
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
