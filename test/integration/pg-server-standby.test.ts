import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { PgConnection } from '../../shared/domain/pg-connection';
import { nodePostgres } from '../../shared/systems/pg-server/node-postgres';
import { Cleanup } from '../fixtures/environment/cleanup';
import { sql } from '../fixtures/environment/sql';
import { startStandby } from '../fixtures/environment/standby';
import { connectionTo } from '../fixtures/pg-server/connections';

// what a standby with replayed commits gives is tested in e2e/round-trip-standby.test.ts
const cleanup = new Cleanup();
const pgServer = nodePostgres();
let connection: PgConnection;

beforeAll(async () => {
  const primary: LocalPostgres = await cleanup.add(startPostgres({ major: 18, settings: { autovacuum: 'off' } }));
  await sql(
    primary,
    'postgres',
    'create table t (a int)',
    'create unlogged table forgets (id serial, a int)',
    'insert into forgets (a) values (1)',
  );
  const standby = await cleanup.add(startStandby(primary, () => Promise.resolve()));
  connection = { ...connectionTo(primary, 'postgres'), port: standby.port };
});
afterAll(() => cleanup.stopAll());

it('takes its own clock on a standby that has replayed no transaction, and warns', async () => {
  const snapshot = await pgServer.openSnapshot(connection, { checksums: false });
  expect(Math.abs(snapshot.snapshotAt.getTime() - Date.now())).toBeLessThan(30_000);
  expect(snapshot.warnings.map(({ code }) => code)).toEqual(['standby-without-replay']);
  await snapshot.close();
});

it('expects no rows of unlogged tables and no positions of unlogged sequences from a standby', async () => {
  const { inRecovery, unloggedTables } = await pgServer.readPreflight(connection);
  expect([inRecovery, unloggedTables]).toEqual([true, [{ schema: 'public', name: 'forgets' }]]);
  const snapshot = await pgServer.openSnapshot(connection, { checksums: true });
  const { tables, copyBlocks, sequences } = await snapshot.readContents();
  expect({ tables, copyBlocks, sequences }).toEqual({
    tables: [{ schema: 'public', name: 't' }],
    copyBlocks: 1,
    sequences: 0,
  });
  expect([...(await snapshot.checksums(tables)).values()]).toEqual(['0'.repeat(32)]);
  await snapshot.close();
});
