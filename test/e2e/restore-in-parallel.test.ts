import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { restoreIntoNewDatabase } from '../../shared/operations/restore/restore-into-new-database';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { directRun } from '../fixtures/restore/direct-run';

const PARENTS = Array.from({ length: 20 }, (_, index) => `parts_${index}`);

const cleanup = new Cleanup();
let server: LocalPostgres;

beforeAll(async () => {
  server = await cleanup.add(startPostgres({ major: 18 }));
});
afterAll(() => cleanup.stopAll());

it(
  'restores by one job what the order of several jobs refuses, and says so',
  async () => {
    // As in constraints.sql of PostgreSQL's own tests: rows that a constraint which is not valid yet would refuse today.
    // Two jobs take constraints before rows, and these are so many that they cannot all be late.
    await sql(server, 'postgres', 'create database app');
    await sql(
      server,
      'app',
      ...PARENTS.flatMap((name) => [
        `create table ${name} (a int, b int) partition by list (a)`,
        `create table ${name}_null partition of ${name} for values in (null, 5)`,
        `insert into ${name} values (null, 1)`,
        `alter table ${name} add constraint ${name}_a not null a not valid`,
      ]),
    );
    const store = await cleanup.add(startAzurite());
    const app = startBackupApp(store, { PGTOOLS_DIR: await bundledTools(), DATABASE_URL: server.url('app') });
    const { manifest } = await app.succeed();

    const restored = await restoreIntoNewDatabase(app.systems, directRun('job-parallel'), {
      ...{ manifest, admin: connectionTo(server, 'postgres'), serverMajor: 18, database: 'copy', tables: null },
      ...{ toastCompression: null, reads: 'file', parallelJobs: 2, missingRoles: [] },
    });

    expect(restored.warnings).toEqual([
      {
        code: 'restored-by-one-job',
        detail: expect.stringMatching(/^pg_restore -j 2 failed, .*violates not-null constraint/) as unknown,
      },
    ]);
    for (const name of PARENTS) expect(await sql(server, 'copy', `table ${name}`)).toEqual([{ a: null, b: 1 }]);
    const left = await sql(server, 'postgres', "select datname from pg_database where datname ~ 'job|copy'");
    expect(left).toEqual([{ datname: 'copy' }]);
  },
  FIRST_BUILD_TIMEOUT_MS,
);
