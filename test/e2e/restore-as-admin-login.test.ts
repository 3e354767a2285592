import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { planRestoreFor } from '../../shared/operations/restore/plan-restore';
import type { RestoreRequest } from '../../shared/domain/restore/restore-request';
import { createLogin } from '../fixtures/databases/backup-login';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { describeDatabase } from '../fixtures/restore/describe-database';

const MODES = ['new-database', 'swap', 'clean'] as const;

/** As on a managed server: nobody is a superuser. 16 took inheriting, SET ROLE and administering a role apart. */
describe.each([14, 15, 17] as const)(
  'the admin login of PostgreSQL %i, with no right but those that the plan asks for',
  (major) => {
    const cleanup = new Cleanup();
    let server: LocalPostgres;
    let app: BackupApp;
    let backupId: string;
    const granted = new Set<string>();

    beforeAll(async () => {
      const tools = await bundledTools();
      const store = await cleanup.add(startAzurite());
      server = await cleanup.add(startPostgres({ major }));
      const admin = await createLogin(server, 'lifebook_admin');
      await sql(
        server,
        'postgres',
        'create role app_owner nologin',
        'create role app_reader nologin',
        'create database app owner app_owner',
        'alter database app connection limit 42',
        `alter database app set search_path = tales, public`,
        `alter role app_reader in database app set statement_timeout = '7s'`,
        `comment on database app is 'of the family'`,
        'revoke temporary on database app from public',
        'grant connect on database app to app_reader with grant option',
      );
      await sql(
        server,
        'app',
        'set role app_owner',
        'create schema tales',
        'create table tales.people (id int primary key, name text)',
        `insert into tales.people values (1, 'Anna')`,
        'create function tales.first() returns text language sql as $$ select name from tales.people limit 1 $$',
        'grant usage on schema tales to app_reader',
        'grant select on tales.people to app_reader',
      );
      app = startBackupApp(store, {
        ...{ PGTOOLS_DIR: tools, DATABASE_URL: server.url('app'), DATABASE_ADMIN_URL: admin.url('postgres') },
        AZURE_STORAGE_BACKUP_CONTAINER: `admin-login-${major}`,
      });
      backupId = (await app.succeed()).manifest.backupId;
    }, FIRST_BUILD_TIMEOUT_MS);
    afterAll(() => cleanup.stopAll());

    const request = (mode: RestoreRequest['mode']): RestoreRequest => ({
      ...{ backupId, mode, confirm: 'app', acceptStorageGrowth: true },
    });

    it('lacks rights that the plan names with the SQL that grants them', async () => {
      for (const mode of MODES) {
        const { plan } = await planRestoreFor(app.systems, request(mode), new AbortController().signal);
        expect([mode, plan.refusals.map(({ code }) => code)]).toEqual([mode, ['rights-missing']]);
        // the superuser owns "public" in a dump of 14, and nobody is made one
        expect([mode, plan.missingRights.filter(({ sql: grant }) => grant.includes('"postgres"'))]).toEqual([mode, []]);
        await sql(server, 'postgres', ...plan.missingRights.map((right) => right.sql));
        const again = await planRestoreFor(app.systems, request(mode), new AbortController().signal);
        expect([mode, again.plan.refusals]).toEqual([mode, []]);
        await sql(server, 'postgres', 'alter role lifebook_admin nocreatedb nocreaterole');
        await sql(server, 'postgres', 'revoke app_owner, app_reader, pg_signal_backend from lifebook_admin');
        for (const { sql: grant } of plan.missingRights) granted.add(grant);
      }
    });

    it('restores in every mode once it has them, and undoes', async () => {
      await sql(server, 'postgres', ...granted);
      const before = await describeDatabase(server, 'app');
      const copied = await app.work('restore', { ...request('new-database'), targetDatabase: 'copy' });
      expect([copied.error, copied.state]).toEqual([undefined, 'succeeded']);
      expect(await sql(server, 'copy', 'select tales.first()')).toEqual([{ first: 'Anna' }]);

      await sql(server, 'app', `update tales.people set name = 'Berta'`);
      const swapped = await app.work('restore', { ...request('swap') });
      expect([swapped.error, swapped.state]).toEqual([undefined, 'succeeded']);
      expect({ ...(await describeDatabase(server, 'app')), oid: before.oid }).toEqual(before);
      expect(await sql(server, 'app', 'select tales.first()')).toEqual([{ first: 'Anna' }]);

      const undone = await app.work('undo', { restoreJobId: swapped.jobId, confirm: 'app' });
      expect([undone.error, undone.state]).toEqual([undefined, 'succeeded']);
      expect(await describeDatabase(server, 'app')).toEqual(before);
      expect(await sql(server, 'app', 'select tales.first()')).toEqual([{ first: 'Berta' }]);

      const cleaned = await app.work('restore', { ...request('clean') });
      expect([cleaned.error, cleaned.state]).toEqual([undefined, 'succeeded']);
      expect(await sql(server, 'app', 'select tales.first()')).toEqual([{ first: 'Anna' }]);
      expect(await describeDatabase(server, 'app')).toEqual(before);
    });
  },
);
