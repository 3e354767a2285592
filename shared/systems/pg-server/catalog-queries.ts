import type { Client } from 'pg';
import type { CatalogContents, CatalogTable } from '../../domain/backup/compare-contents';
import type { DatabaseProperties } from '../../domain/backup/manifest';
import { readDatabaseSettings } from './database-settings';
import { DUMPED_SEQUENCES, DUMPED_TABLES, RELOADED_THROUGH_ROOT } from './dumped-objects';
import { readRevision } from './schema-revision';

/** What rows are copied into: the table, or the root of its partitions. */
const TABLES = `
  with through_root as materialized (${RELOADED_THROUGH_ROOT})
  select t.schema, t.name, count(*)::int as blocks
    from (select coalesce(rn.nspname, d.nspname) as schema, coalesce(rc.relname, d.relname) as name
            from (${DUMPED_TABLES}) d
            left join through_root r on r.relid = d.oid
            left join pg_catalog.pg_class rc on rc.oid = r.root
            left join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace) t
   group by 1, 2
   order by t.schema collate "C", t.name collate "C"`;
const COUNTS = `
  select (select count(*)::int from (${DUMPED_SEQUENCES}) s) as sequences,
         (select count(*)::int from pg_catalog.pg_largeobject_metadata) as large_objects`;
const EXTENSIONS = `select extname as name, extversion as version from pg_catalog.pg_extension order by 1`;

/** to_jsonb: columns that this major does not have are simply absent. */
const PROPERTIES = `
  select pg_get_userbyid(d.datdba) as owner, pg_encoding_to_char(d.encoding) as encoding, to_jsonb(d) as row,
         d.datacl::text as acl, d.datconnlimit as "connectionLimit", shobj_description(d.oid, 'pg_database') as comment
    from pg_catalog.pg_database d where d.datname = current_database()`;

interface PropertiesRow {
  readonly owner: string;
  readonly encoding: string;
  readonly row: Readonly<Record<string, string | null | undefined>>;
  readonly acl: string | null;
  readonly connectionLimit: number;
  readonly comment: string | null;
}

/** Everything in the session's own snapshot. */
export async function readCatalogContents(client: Client): Promise<CatalogContents> {
  const { rows: tables } = await client.query<CatalogTable & { blocks: number }>(TABLES);
  const { rows: counts } = await client.query<{ sequences: number; large_objects: number }>(COUNTS);
  const { rows: extensions } = await client.query<{ name: string; version: string }>(EXTENSIONS);
  return {
    tables: tables.map(({ schema, name }) => ({ schema, name })),
    copyBlocks: tables.reduce((sum, { blocks }) => sum + blocks, 0),
    sequences: counts[0]?.sequences ?? 0,
    largeObjects: counts[0]?.large_objects ?? 0,
    extensions,
    databaseProperties: await readProperties(client),
    schemaRevision: await readRevision(client),
  };
}

const PROVIDERS: Readonly<Record<string, string>> = { c: 'libc', i: 'icu', b: 'builtin' };

async function readProperties(client: Client): Promise<DatabaseProperties> {
  const { rows } = await client.query<PropertiesRow>(PROPERTIES);
  const settings = await readDatabaseSettings(client);
  const [found] = rows;
  if (found === undefined) throw new Error('the current database is not in pg_database');
  const { row } = found;
  return {
    owner: found.owner,
    encoding: found.encoding,
    locale: {
      provider: PROVIDERS[row['datlocprovider'] ?? 'c'] ?? 'libc',
      collate: row['datcollate'] ?? null,
      ctype: row['datctype'] ?? null,
      // 15 and 16 call it daticulocale
      locale: row['datlocale'] ?? row['daticulocale'] ?? null,
    },
    acl: found.acl,
    connectionLimit: found.connectionLimit,
    comment: found.comment,
    settings,
  };
}
