import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { allowConnect, createLogin } from '../fixtures/databases/backup-login';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let tools: string;
let store: LocalBlobStore;
let server: LocalPostgres;

beforeAll(async () => {
  tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

interface Case {
  readonly lacks: string;
  /** Run as the superuser; LOGIN stands for the quoted name of the login. */
  readonly setup: readonly string[];
  readonly detail: string;
  readonly hint: string;
}

const CASES: readonly Case[] = [
  {
    lacks: 'SELECT on a table',
    setup: [
      'create table open_to_it (a int)',
      'create table "hid""den" (a int)',
      'grant select on open_to_it to LOGIN',
    ],
    detail: 'table-not-readable (1): "public"."hid""den"',
    hint: 'GRANT pg_read_all_data TO LOGIN;',
  },
  {
    lacks: 'SELECT on a partitioned table alone',
    setup: [
      'create table parent (a int) partition by list (a)',
      'create table child partition of parent default',
      'grant select on child to LOGIN',
    ],
    detail: 'table-not-readable (1): "public"."parent"',
    hint: 'GRANT pg_read_all_data TO LOGIN;',
  },
  {
    lacks: 'SELECT on a sequence',
    setup: ['create table t (id serial)', 'grant select on t to LOGIN'],
    detail: 'sequence-not-readable (1): "public"."t_id_seq"',
    hint: 'GRANT pg_read_all_data TO LOGIN;',
  },
  {
    lacks: 'USAGE on a schema',
    setup: ['create schema "shut in"', 'create table "shut in".t (a int)', 'grant select on "shut in".t to LOGIN'],
    detail: 'schema-not-usable (1): "shut in"',
    hint: 'GRANT pg_read_all_data TO LOGIN;',
  },
  {
    lacks: 'BYPASSRLS where policies hide rows',
    setup: [
      'create table secret (a int)',
      'insert into secret values (1)',
      'alter table secret enable row level security',
      'grant select on secret to LOGIN',
    ],
    detail: 'rows-hidden-by-row-level-security (1): "public"."secret"',
    hint: 'ALTER ROLE LOGIN BYPASSRLS; /* Azure, 15 and older: GRANT azure_pg_admin TO LOGIN; */',
  },
  {
    lacks: 'SELECT on large objects, though it may read all tables',
    setup: ["select lo_from_bytea(4711, 'x'), lo_from_bytea(4712, 'y')", 'grant pg_read_all_data to LOGIN'],
    detail: 'large-object-not-readable (2): 4711, 4712',
    hint: 'GRANT SELECT ON LARGE OBJECT 4711, 4712 TO LOGIN;',
  },
];

describe.each(CASES.map((each, number) => ({ ...each, number })))('a login that lacks $lacks', (given) => {
  const database = `lacking_${given.number}`;
  const role = `backup "${given.number}"`;
  const forLogin = (text: string): string => text.replaceAll('LOGIN', `"backup ""${given.number}"""`);

  it('gets no backup but the list of what is missing, and a backup when the hint was followed', async () => {
    await sql(server, 'postgres', `create database ${database} template template0`);
    const login = await createLogin(server, role);
    await allowConnect(server, database, login);
    await sql(server, database, ...given.setup.map(forLogin));
    const app = startBackupApp(store, { PGTOOLS_DIR: tools, DATABASE_URL: login.url(database) });

    const failed = await app.backUp();
    const hint = `run as an administrator: ${forLogin(given.hint)}`;
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'dump-would-be-incomplete', detail: given.detail, hint },
    });
    const left = [];
    for await (const { name } of app.dumps.listBlobsFlat({ includeUncommitedBlobs: true })) left.push(name);
    expect(left.filter((name) => name.includes(database.replace('_', '-')))).toEqual([]);

    await sql(server, database, hint.slice('run as an administrator: '.length));
    expect(await app.backUp()).toMatchObject({ state: 'succeeded' });
  });
});
