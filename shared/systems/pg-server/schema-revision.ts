import { type Client, escapeIdentifier } from 'pg';
import type { CatalogContents, CatalogTable } from '../../domain/backup/compare-contents';
import { USER_SCHEMA } from './dumped-objects';

interface RevisionSource {
  readonly table: string;
  /** All of them must be there, so that a table of another program with this name is not asked. */
  readonly columns: readonly string[];
  /** One row: `value`; `from` is the quoted table. */
  readonly query: (from: string) => string;
}

/**
 * The newest migration, with how many there are: one from an older branch that was merged late changes the schema and is
 * not the newest.
 */
const newestOf =
  (value: string, order: string, where = 'true') =>
  (from: string): string =>
    `select (array_agg(${value} order by ${order}))[1] || ' (' || count(*) || ')' as value from ${from} where ${where}`;

/** Where migration tools keep what they have applied; of several that are there, the first one counts. */
const SOURCES: readonly RevisionSource[] = [
  {
    table: 'alembic_version',
    columns: ['version_num'],
    // one row for each head
    query: (from) => `select string_agg(version_num::text, ',' order by version_num::text) as value from ${from}`,
  },
  {
    table: '_prisma_migrations',
    columns: ['migration_name', 'finished_at', 'rolled_back_at'],
    query: newestOf(
      'migration_name::text',
      'finished_at desc, migration_name desc',
      'finished_at is not null and rolled_back_at is null',
    ),
  },
  {
    table: 'flyway_schema_history',
    columns: ['installed_rank', 'version', 'description', 'success'],
    // a repeatable migration has no version
    query: newestOf('coalesce(version, description)::text', 'installed_rank desc', 'success'),
  },
  // also of golang-migrate and Ecto, where versions are numbers
  { table: 'schema_migrations', columns: ['version'], query: newestOf('version::text', 'version desc') },
  {
    table: 'django_migrations',
    columns: ['id', 'app', 'name'],
    query: newestOf(`app || '.' || name`, 'id desc'),
  },
  { table: 'knex_migrations', columns: ['id', 'name', 'batch'], query: newestOf('name::text', 'id desc') },
];

/** Tables with those names and columns that this login may read; in `public` first. */
const TABLES = `
  select n.nspname as schema, c.relname as name
    from json_to_recordset($1::json) as wanted ("table" text, columns text[], place int)
    join pg_catalog.pg_class c on c.relname = wanted."table" and c.relkind = 'r'
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and ${USER_SCHEMA}
   where has_table_privilege(c.oid, 'SELECT') and has_schema_privilege(n.oid, 'USAGE')
     and wanted.columns <@ array(select a.attname::text from pg_catalog.pg_attribute a
                                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
   order by wanted.place, n.nspname <> 'public', n.nspname collate "C" limit 1`;

/**
 * How far the application's migrations are, as its migration tool records it, in the session's own snapshot; null: there
 * is no record of one that this app knows. No migration applied yet is an empty value.
 */
export async function readRevision(client: Client): Promise<CatalogContents['schemaRevision']> {
  const wanted = SOURCES.map(({ table, columns }, place) => ({ table, columns, place }));
  const [found] = (await client.query<CatalogTable>(TABLES, [JSON.stringify(wanted)])).rows;
  const source = SOURCES.find(({ table }) => table === found?.name);
  if (found === undefined || source === undefined) return null;
  const from = `${escapeIdentifier(found.schema)}.${escapeIdentifier(found.name)}`;
  const { rows } = await client.query<{ value: string | null }>(source.query(from));
  return { source: source.table, value: rows[0]?.value ?? '' };
}
