import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { compareContents, tableKey } from '../../shared/domain/compare-contents';
import { readDumpMessages } from '../../shared/domain/dump-messages';
import { assessPreflight, preflightFailure } from '../../shared/domain/preflight';
import { nodePostgres } from '../../shared/systems/pg-server/node-postgres';
import { createNastyDatabase } from '../fixtures/databases/nasty';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS, toolPath } from '../fixtures/environment/client-tools';
import { Cleanup } from '../fixtures/environment/cleanup';
import { sql } from '../fixtures/environment/sql';
import { contentsOf, dump, restore } from '../fixtures/pg-server/archive';
import { connectionTo, type Login } from '../fixtures/pg-server/connections';

const DATABASE = 'nasty "q"';
const READER: Login = { name: 'Read "er', password: 'reader-password' };
const pgServer = nodePostgres();
/** By major: the checksums that the other major must agree with. */
const checksumsByMajor = new Map<number, Map<string, string>>();

describe.each([14, 18] as const)('what a dump of PostgreSQL %i holds', (major) => {
  const cleanup = new Cleanup();
  let tools: string;
  let server: LocalPostgres;

  beforeAll(async () => {
    tools = await bundledTools();
    server = await cleanup.add(startPostgres({ major }));
    await createNastyDatabase(server, tools, DATABASE);
    await sql(server, DATABASE, await readFile(join(__dirname, '../fixtures/pg-server/more-objects.sql'), 'utf8'));
    await sql(server, 'postgres', `create role "Read ""er" login password '${READER.password}'`);
  }, FIRST_BUILD_TIMEOUT_MS);
  afterAll(() => cleanup.stopAll());

  it.each([17, 18].filter((toolMajor) => toolMajor >= major))(
    'is what the catalog says, with the rows that the server counts, by pg_dump %i',
    async (toolMajor) => {
      const connection = connectionTo(server, DATABASE);
      const snapshot = await pgServer.openSnapshot(connection, { checksums: false });
      const dumped = await dump(toolPath(tools, toolMajor, 'pg_dump'), connection, snapshot.snapshotId);
      expect([dumped.stderr, dumped.exitCode]).toEqual(['', 0]);
      const catalog = await snapshot.readContents();
      await snapshot.close();
      const archive = await contentsOf(toolPath(tools, toolMajor, 'pg_restore'), dumped.stdout);

      expect(compareContents(archive, catalog)).toEqual([]);
      expect(archive.tables.length).toBeGreaterThanOrEqual(60);
      expect(archive.copyBlocks).toBe(archive.tables.length + 2);
      expect(archive.largeObjects).toBeGreaterThan(0);
      expect(Object.fromEntries(archive.tables.map((table) => [tableKey(table), table.rows]))).toEqual(
        await countedByServer(server, DATABASE),
      );
    },
  );

  it('has the same checksums after a restore, and another one where a value changed', async () => {
    const connection = connectionTo(server, DATABASE);
    const before = await checksums(server, DATABASE);
    const dumped = await dump(toolPath(tools, 18, 'pg_dump'), connection);
    await sql(server, 'postgres', 'create database restored template template0');
    await restore(toolPath(tools, 18, 'pg_restore'), dumped.stdout, connectionTo(server, 'restored'));
    const after = await checksums(server, 'restored');
    expect(Object.fromEntries(after)).toEqual(Object.fromEntries(before));

    await sql(
      server,
      'restored',
      'truncate more.t',
      `insert into more.t values ('1', '2', '3', '5'), ('1', '2', '3', '4'), (null, '', '"', ',')`,
      'insert into more.child values (4, 4, 4)',
      `insert into more.by_list values (1, 'ok')`,
    );
    const changed = await checksums(server, 'restored');
    expect([...changed].filter(([table, sum]) => before.get(table) !== sum).map(([table]) => table)).toEqual([
      '["more","by_list"]', // through its root
      '["more","child"]', // and not more.parent
      '["more","t"]',
    ]);
    checksumsByMajor.set(major, before);
  });

  it('has checksums that no setting of database or role changes', async () => {
    const before = await checksums(server, DATABASE);
    const settings = [
      `datestyle = 'German'`,
      `timezone = 'Asia/Tokyo'`,
      `intervalstyle = 'sql_standard'`,
      `extra_float_digits = -5`,
      `bytea_output = 'escape'`,
      `search_path = 'more, public'`,
      `quote_all_identifiers = on`,
      `xmloption = 'document'`,
      `lc_monetary = 'C.UTF-8'`,
    ];
    await sql(server, DATABASE, ...settings.map((setting) => `alter database "nasty ""q""" set ${setting}`));
    const snapshot = await pgServer.openSnapshot(connectionTo(server, DATABASE), { checksums: true });
    expect(Math.abs(snapshot.snapshotAt.getTime() - Date.now())).toBeLessThan(60_000);
    await snapshot.close();
    expect(await checksums(server, DATABASE)).toEqual(before);
    await sql(server, DATABASE, 'alter database "nasty ""q""" reset all');
  });

  it('is what the preflight asks to be granted, and nothing less', async () => {
    const connection = connectionTo(server, DATABASE, READER);
    const pgDump = toolPath(tools, 18, 'pg_dump');
    const refused = assessPreflight(await pgServer.readPreflight(connection));
    expect(refused.blocking.map(({ code }) => code)).toEqual([
      'schema-not-usable',
      'table-not-readable',
      'sequence-not-readable',
      'rows-hidden-by-row-level-security',
      'large-object-not-readable',
    ]);
    expect(refused.blocking[0]?.objects).toContain('"empty_but_for_a_sequence"');
    expect(refused.blocking[3]?.objects).not.toContain('"more"."policy_on_root"');
    expect(refused.blocking[4]?.objects).not.toContain('42'); // PUBLIC may read it

    // one after the other: pg_dump fails until the last of them, and needs no superuser then
    for (const fix of new Set(refused.blocking.map((blocker) => blocker.fix))) {
      expect((await dump(pgDump, connection)).exitCode).toBe(1);
      await sql(server, DATABASE, fix);
    }
    const granted = assessPreflight(await pgServer.readPreflight(connection));
    expect(granted.blocking).toEqual([]);
    const dumped = await dump(pgDump, connection);
    expect([dumped.stderr, dumped.exitCode]).toEqual(['', 0]);
    expect(granted.notIncluded.filter(({ kind }) => kind === 'foreign-table-data').map(({ name }) => name)).toEqual([
      '"app"."local_file"',
      '"app"."remote"',
    ]);
    expect(preflightFailure(refused.blocking).hint).toContain('GRANT pg_read_all_data TO "Read ""er";');
  });

  it('lacks subscriptions and the options of user mappings, which the preflight names', async () => {
    await sql(
      server,
      DATABASE,
      `create subscription "their ""sub" connection 'host=nowhere.invalid' publication p with (connect = false)`,
      `create user mapping for postgres server nasty_remote options (user 'x', password 'hidden')`,
      `create user mapping for "Read ""er" server nasty_remote options (user 'y')`,
      `grant usage on foreign server nasty_remote to "Read ""er"`,
    );
    const asReader = connectionTo(server, DATABASE, READER);
    const named = assessPreflight(await pgServer.readPreflight(asReader)).notIncluded;
    expect(named.filter(({ kind }) => kind !== 'foreign-table-data').map(({ kind, name }) => [kind, name])).toEqual([
      ['subscription', '"their ""sub"'],
      ['user-mapping-options', 'postgres at nasty_remote'],
    ]);
    const dumped = await dump(toolPath(tools, 18, 'pg_dump'), asReader);
    expect(dumped.exitCode).toBe(0);
    const { known, unknown, errors } = readDumpMessages(dumped.stderr);
    expect([known.map(({ code }) => code), unknown, errors]).toEqual([['subscriptions-not-dumped'], [], []]);
    const asSuperuser = assessPreflight(await pgServer.readPreflight(connectionTo(server, DATABASE)));
    expect(asSuperuser.notIncluded.filter(({ kind }) => kind !== 'foreign-table-data')).toEqual([]);
  });

  it('is described by the properties that a restore needs', async () => {
    await sql(
      server,
      DATABASE,
      `comment on database "nasty ""q""" is 'the family''s'`,
      `alter database "nasty ""q""" set work_mem = '8MB'`,
      `alter role "Read ""er" in database "nasty ""q""" set search_path = more, "a=b"`,
      `alter database "nasty ""q""" connection limit 17`,
      `grant connect on database "nasty ""q""" to "Read ""er"`,
    );
    const snapshot = await pgServer.openSnapshot(connectionTo(server, DATABASE), { checksums: false });
    const { databaseProperties, schemaRevision, extensions } = await snapshot.readContents();
    await snapshot.close();
    expect(databaseProperties).toEqual({
      owner: 'postgres',
      encoding: 'UTF8',
      locale: { provider: 'libc', collate: 'C.UTF-8', ctype: 'C.UTF-8', locale: null },
      acl: '{=Tc/postgres,postgres=CTc/postgres,"\\"Read \\"\\"er\\"=c/postgres"}',
      connectionLimit: 17,
      comment: "the family's",
      settings: [
        { role: null, name: 'work_mem', value: '8MB' },
        { role: READER.name, name: 'search_path', value: 'more, "a=b"' },
      ],
    });
    expect(schemaRevision).toEqual({ source: 'alembic_version', value: '3f2a9c1b7d04' });
    expect(extensions.map(({ name }) => name)).toContain('hstore');
  });

  it('tells the schema revision of any schema when public has none, and none when there is none', async () => {
    const revision = async (): Promise<unknown> => {
      const snapshot = await pgServer.openSnapshot(connectionTo(server, 'restored'), { checksums: false });
      const { schemaRevision } = await snapshot.readContents();
      await snapshot.close();
      return schemaRevision;
    };
    await sql(server, 'restored', 'drop table public.alembic_version');
    expect(await revision()).toEqual({ source: 'alembic_version', value: 'ba5,f00' });
    await sql(server, 'restored', 'drop table more.alembic_version');
    expect(await revision()).toBeNull();
  });
});

it('has the same checksums on PostgreSQL 14 and 18', () => {
  const [old, recent] = [checksumsByMajor.get(14), checksumsByMajor.get(18)];
  const shared = [...(old ?? [])].filter(([table]) => recent?.has(table) === true && table.startsWith('["more",'));
  expect(shared.length).toBeGreaterThan(10);
  expect(shared.filter(([table, sum]) => recent?.get(table) !== sum)).toEqual([]);
});

async function checksums(server: LocalPostgres, database: string): Promise<Map<string, string>> {
  const snapshot = await pgServer.openSnapshot(connectionTo(server, database), { checksums: true });
  const { tables } = await snapshot.readContents();
  const sums = await snapshot.checksums(tables);
  await snapshot.close();
  return sums;
}

/** By tableKey: each table's own rows, those of the enum's partitions under their roots, configuration by its filter. */
async function countedByServer(server: LocalPostgres, database: string): Promise<Record<string, number>> {
  const tables = await sql(
    server,
    database,
    `select format('%I.%I', n.nspname, c.relname) as sql, json_build_array(n.nspname, c.relname)::text as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relname <> 'ext_internal'`,
  );
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const filter = String(table['sql']).includes('ext_filtered') ? 'where not shipped' : '';
    const [row] = await sql(server, database, `select count(*)::int as n from only ${String(table['sql'])} ${filter}`);
    const key = JSON.stringify(JSON.parse(String(table['key'])))
      .replace(/^\["app","by_enum_\d"\]$/, '["app","by_enum"]')
      .replace(/^\["more","by_list_1_\d"\]$/, '["more","by_list"]');
    counts[key] = (counts[key] ?? 0) + Number(row?.['n']);
  }
  return counts;
}
