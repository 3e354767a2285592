import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { assessPreflight, preflightFailure } from '../../domain/backup/preflight';
import type { HopResult } from '../../domain/watch/self-test';
import type { Systems } from '../../systems/systems';
import { findSourceServer } from '../point-in-time/azure-places';
import { notTried, type Reached, tryHop } from './try-hop';

export type DatabaseNeeds = Pick<
  Systems,
  'clock' | 'databases' | 'flexServers' | 'pgQuestions' | 'pgReach' | 'pgServer' | 'pgTools' | 'settings'
>;

const WAY_TO_LOGIN = ['dns', 'tcp', 'tls', 'login'] as const;

/** Every hop of one database. Those that need no answer of another go at the same time. */
export async function tryDatabase(systems: DatabaseNeeds, database: string): Promise<HopResult[]> {
  const [onTheWay, admin, arm] = await Promise.all([
    tryWay(systems, database),
    tryHop(systems, 'admin-login', async (signal) => describe(systems, systems.databases.admin(database), signal)),
    tryHop(systems, 'arm', (signal) => findServer(systems, database, signal)),
  ]);
  return [...onTheWay, admin.result, arm.result].map((result) => ({ ...result, database }));
}

/** From the name to the rights, one after the other: the first that fails says what is wrong. */
async function tryWay(systems: DatabaseNeeds, database: string): Promise<HopResult[]> {
  const results: HopResult[] = [];
  let major: number | undefined;
  for (const hop of WAY_TO_LOGIN) {
    const tried = await tryHop(systems, hop, (signal) => GO[hop](systems, connectionOf(systems, database), signal));
    // TLS that nobody asked for stops nothing
    const isPassed = tried.result.state === 'ok' || (hop === 'tls' && tried.result.state === 'not-configured');
    results.push(tried.result);
    if (!isPassed) {
      const rest = [...WAY_TO_LOGIN.slice(results.length), 'rights', 'client-tools'] as const;
      return [...results, ...rest.map((later) => notTried(later, hop))];
    }
    major = tried.value;
  }
  const [rights, tools] = await Promise.all([
    tryHop(systems, 'rights', (signal) => readRights(systems, connectionOf(systems, database), signal)),
    tryHop(systems, 'client-tools', () => chooseTools(systems, major ?? 0)),
  ]);
  return [...results, rights.result, tools.result];
}

const connectionOf = (systems: DatabaseNeeds, database: string): PgConnection =>
  systems.databases.find(database).connection;

type Go = (
  systems: DatabaseNeeds,
  connection: PgConnection,
  signal: AbortSignal,
) => Promise<Reached<number | undefined>>;

const GO: Readonly<Record<(typeof WAY_TO_LOGIN)[number], Go>> = {
  dns: async ({ pgReach }, connection, signal) => {
    const found = await pgReach.resolve(connection, signal);
    const kinds = (['private', 'public'] as const).filter((kind) => found[kind] > 0);
    const detail = kinds.map((kind) => `${found[kind]} ${kind}`).join(' and ');
    return { value: undefined, detail: detail === '' ? 'a socket of this machine' : `addresses: ${detail}` };
  },
  tcp: async ({ pgReach }, connection, signal) => {
    await pgReach.open(connection, signal);
    return { value: undefined, detail: `port ${connection.port} is open` };
  },
  tls: async ({ pgReach }, connection, signal) => {
    const { tls } = connection;
    if (tls === 'disable') throw new Failure('not-configured', 'a database on this machine is asked without TLS');
    const checked = tls === 'verify-full' ? 'the certificate is good for this host' : 'the certificate is not checked';
    return { value: undefined, detail: `${await pgReach.startTls(connection, signal)}; ${checked}` };
  },
  login: describe,
};

async function describe(
  { pgQuestions }: Pick<Systems, 'pgQuestions'>,
  connection: PgConnection,
  signal: AbortSignal,
): Promise<Reached<number>> {
  const { major, version } = await pgQuestions.describe(connection, signal);
  return { value: major, detail: `PostgreSQL ${version} lets this login in` };
}

/** What would make a dump incomplete, in the words and with the SQL of a backup. */
async function readRights(
  { pgServer }: DatabaseNeeds,
  connection: PgConnection,
  signal: AbortSignal,
): Promise<Reached<undefined>> {
  const { blocking } = assessPreflight(await pgServer.readPreflight(connection, signal));
  if (blocking.length > 0) throw preflightFailure(blocking);
  return { value: undefined, detail: 'everything that a dump needs can be read' };
}

async function chooseTools({ pgTools }: DatabaseNeeds, major: number): Promise<Reached<undefined>> {
  const { version, origin } = await pgTools.choose(major);
  return { value: undefined, detail: `pg_dump ${version}, ${origin === 'bundled' ? 'bundled' : 'found on PATH'}` };
}

async function findServer(systems: DatabaseNeeds, database: string, signal: AbortSignal): Promise<Reached<undefined>> {
  const { name, state } = await findSourceServer(systems, database, signal);
  return { value: undefined, detail: `the server ${name} is ${state}` };
}
