import type { Client } from 'pg';
import type { TableTies } from '../../domain/restore/untie-tables';
import { USER_SCHEMA } from './dumped-objects';

const TABLES = `
  select n.nspname as schema, c.relname as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and ${USER_SCHEMA}`;
const PARTITIONS = `
  select json_build_object('schema', cn.nspname, 'name', c.relname) as partition,
         json_build_object('schema', pn.nspname, 'name', p.relname) as of
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relispartition and c.relkind in ('r', 'p', 'f')
    join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
    join pg_catalog.pg_class p on p.oid = i.inhparent
    join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace`;

/** Those of partitions that come with their root's go with it, and cannot be dropped by themselves. */
const FOREIGN_KEYS = `
  select json_build_object('schema', n.nspname, 'name', c.relname) as of, o.conname as name
    from pg_catalog.pg_constraint o
    join pg_catalog.pg_class c on c.oid = o.conrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where o.contype = 'f' and o.conparentid = 0`;

export async function readTableTies(client: Client): Promise<TableTies> {
  const tables = await client.query<TableTies['tables'][number]>(TABLES);
  const foreignKeys = await client.query<TableTies['foreignKeys'][number]>(FOREIGN_KEYS);
  const partitions = await client.query<TableTies['partitions'][number]>(PARTITIONS);
  return { tables: tables.rows, foreignKeys: foreignKeys.rows, partitions: partitions.rows };
}
