import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { RestorePlan } from '../../shared/domain/restore/restore-plan';
import type { RestoreRequest } from '../../shared/domain/restore/restore-request';
import { adviseRecovery } from '../../shared/operations/advice/advise-recovery';
import { planRestoreFor } from '../../shared/operations/restore/plan-restore';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let tools: string;
let store: LocalBlobStore;

beforeAll(async () => {
  tools = await bundledTools();
  store = await cleanup.add(startAzurite());
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const SOURCE = ['create role app_owner', 'create role app_reader', 'create database app owner app_owner'];
const CONTENTS = `
  set role app_owner;
  create schema family;
  create table family.people (id int primary key, name text);
  create table family.photos (id int primary key, person int references family.people);
  create view family.names as select name from family.people;
  insert into family.people values (1, 'Anna');
  grant select on family.people to app_reader;
  create policy readers on family.people for select to app_reader using (true);
  create table alembic_version (version_num text);
  insert into alembic_version values ('r1');
  reset role`;
const codes = (plan: RestorePlan): string[] => plan.refusals.map(({ code }) => code);

describe.each([14, 15, 17, 18] as const)('a plan on PostgreSQL %i', (major) => {
  const ownCleanup = new Cleanup();
  let server: LocalPostgres;
  let app: BackupApp;
  let limited: BackupApp;
  let backupId: string;
  const plan = async (request: Omit<RestoreRequest, 'backupId'>, of = app): Promise<RestorePlan> =>
    (await planRestoreFor(of.systems, { backupId, ...request }, new AbortController().signal)).plan;

  beforeAll(async () => {
    server = await ownCleanup.add(startPostgres({ major }));
    for (const statement of SOURCE) await sql(server, 'postgres', statement);
    await sql(server, 'app', ...CONTENTS.split(';'));
    await sql(server, 'postgres', "create role restorer login password 'restorer'");
    const settings = {
      ...{ PGTOOLS_DIR: tools, DATABASE_URL: server.url('app'), AZURE_STORAGE_BACKUP_CONTAINER: `plans-${major}` },
      DATABASE_ADMIN_URL: server.url('postgres'),
    };
    app = startBackupApp(store, settings);
    const restorer = `postgresql://restorer:restorer@${server.host}:${server.port}/postgres`;
    limited = startBackupApp(store, { ...settings, DATABASE_ADMIN_URL: restorer });
    backupId = (await app.succeed()).manifest.backupId;
  }, FIRST_BUILD_TIMEOUT_MS);
  afterAll(() => ownCleanup.stopAll());

  it('names what a swap creates and renames, and whom it disconnects', async () => {
    const found = await plan({ mode: 'swap', confirm: 'app' });
    expect(found.refusals).toEqual([]);
    expect(found.database).toBe('app');
    expect(found.workDatabase).toMatch(/^app_restored_\d{8}_\d{6}$/);
    expect(found.previousDatabase).toMatch(/^app_before_\d{8}_\d{6}$/);
    expect(found.creates).toEqual([found.workDatabase]);
    expect(found.missingRoles).toEqual([]);
    expect(found.space.freeBytes).toBeGreaterThan(0);
  });

  it('names each missing right with the SQL that grants it', async () => {
    const before = await plan({ mode: 'swap', confirm: 'app', acceptStorageGrowth: true }, limited);
    expect(codes(before)).toEqual(['rights-missing']);
    const report = { incident: 'other', database: 'app' } as const;
    const advice = await adviseRecovery(limited.systems, report, new Set(['POST restores']));
    expect(advice.find(({ way }) => way === 'swap-dump')?.missing).toEqual([before.refusals[0]?.detail]);
    const owner =
      major >= 16 ? 'GRANT "app_owner" TO "restorer" WITH INHERIT TRUE, SET TRUE;' : 'GRANT "app_owner" TO "restorer";';
    const granting = before.missingRights.map((right) => right.sql);
    // a dump of 14 names the bootstrap superuser, as the owner of the schema public: nobody is asked to become one
    const signal = 'GRANT pg_signal_backend TO "restorer";';
    expect(granting).toEqual(['ALTER ROLE "restorer" CREATEDB;', owner, signal]);
    for (const statement of granting) await sql(server, 'postgres', statement);
    expect((await plan({ mode: 'swap', confirm: 'app', acceptStorageGrowth: true }, limited)).refusals).toEqual([]);
  });

  it('takes unknown space for too little', async () => {
    const found = await plan({ mode: 'new-database' }, limited);
    expect(codes(found)).toContain('space-too-little');
    expect(found.space.freeBytes).toBeNull();
  });

  it('asks for the name of the database that it replaces, and not for that of a new one', async () => {
    expect(codes(await plan({ mode: 'swap' }))).toEqual(['confirmation-missing']);
    expect(codes(await plan({ mode: 'clean', confirm: 'App' }))).toEqual(['confirmation-missing']);
    expect(codes(await plan({ mode: 'new-database', targetDatabase: 'fresh' }))).toEqual([]);
    expect(codes(await plan({ mode: 'new-database', targetDatabase: 'app' }))).toEqual(['database-exists']);
    expect(codes(await plan({ mode: 'swap', targetDatabase: 'nowhere' }))).toEqual(['invalid-request']);
  });

  it('takes the fresh verified dump as the safety dump of a clean restore', async () => {
    const found = await plan({ mode: 'clean', confirm: 'app' });
    expect(found.safetyDump).toEqual({ backupId });
    expect(found.destroys).toContain('"family"."people"');
    expect(found.survives).toEqual([]);
  });

  it('refuses a clean restore where something that the archive does not know needs its tables', async () => {
    await sql(server, 'app', 'create table family.notes (person int constraint of_person references family.people)');
    const found = await plan({ mode: 'clean', confirm: 'app' });
    expect(codes(found)).toEqual(['objects-in-the-way']);
    expect(found.refusals[0]?.detail).toContain('foreign key "of_person" of "family"."notes" needs "family"."people"');
    expect(found.survives).toEqual(['table "family"."notes"']);
    await sql(server, 'app', 'drop table family.notes');
  });

  it('refuses a swap under a subscription, unless its loss is accepted', async () => {
    await sql(
      server,
      'app',
      "create subscription news connection 'dbname=none' publication p with (connect = false, slot_name = none)",
    );
    const found = await plan({ mode: 'swap', confirm: 'app' });
    expect(codes(found)).toEqual(['replication-in-the-way']);
    expect(found.refusals[0]?.detail).toContain('subscription "news"');
    expect(codes(await plan({ mode: 'swap', confirm: 'app', acceptReplicationLoss: true }))).toEqual([]);
    await sql(server, 'app', 'drop subscription news');
  });

  it('warns of roles that the target lacks, and of another schema revision', async () => {
    await sql(server, 'app', "update alembic_version set version_num = 'r2'");
    await sql(server, 'postgres', 'alter role app_reader rename to app_viewer');
    const found = await plan({ mode: 'swap', confirm: 'app' });
    expect(found.missingRoles).toEqual(['app_reader']);
    const warnings = found.warnings.map(({ code }) => code);
    expect(warnings).toEqual(expect.arrayContaining(['roles-missing', 'other-schema-revision']));
    await sql(server, 'postgres', 'alter role app_viewer rename to app_reader');
  });

  it('refuses a damaged backup', async () => {
    const damaged = { at: '2026-11-25T09:00:00.000Z', detail: 'a bit flipped' };
    await app.systems.backupStates.change(backupId, () => ({ damaged }));
    const found = await plan({ mode: 'new-database' });
    expect(found.refusals[0]).toMatchObject({
      code: 'backup-not-restorable',
      detail: 'the backup is damaged: a bit flipped',
    });
    await app.systems.backupStates.change(backupId, () => ({ damaged: undefined }));
  });
});
