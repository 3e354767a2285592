import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { carryOutRestore } from '../../shared/operations/restore/carry-out-restore';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { directRun } from '../fixtures/restore/direct-run';
import { startInsistingClients } from '../fixtures/restore/insisting-clients';
import { planOf } from '../fixtures/restore/plan-of';

const cleanup = new Cleanup();
let tools: string;
let store: LocalBlobStore;
let server: LocalPostgres;

beforeAll(async () => {
  tools = await bundledTools();
  store = await cleanup.add(startAzurite());
  server = await cleanup.add(startPostgres({ major: 17 }));
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

it('swaps under twelve clients that insert all the time, and loses no acknowledged write', async () => {
  await sql(server, 'postgres', 'create database family');
  await sql(server, 'family', 'create table written (n bigint primary key)');
  const app = startBackupApp(store, { PGTOOLS_DIR: tools, DATABASE_URL: server.url('family') });
  const { manifest } = await app.succeed();
  const clients = startInsistingClients(server.url('family'), 12);
  const plan = planOf(manifest, {
    ...{ mode: 'swap', database: 'family', workDatabase: 'family_next', previousDatabase: 'family_before' },
  });
  const planned = { plan, manifest, admin: connectionTo(server, 'postgres') };
  await carryOutRestore(app.systems, directRun('job-under-load'), planned);
  clients.mark();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const report = await clients.stop();

  const written = async (database: string): Promise<number[]> =>
    (await sql(server, database, 'select n::int as n from written')).map(({ n }) => Number(n));
  const [before, after] = [await written('family_before'), await written('family')];
  const found = new Set([...before, ...after]);
  expect(report.acknowledged.filter((value) => !found.has(value))).toEqual([]);
  expect(before.length).toBeGreaterThan(0);
  expect(after.length).toBeGreaterThan(0);
  // each came back by itself
  expect(report.afterMark.filter((inserts) => inserts === 0)).toEqual([]);
  expect(report.connections.filter((connections) => connections < 2)).toEqual([]);
}, 120_000);
