import { escapeIdentifier, type Client } from 'pg';
import type { CatalogTable } from '../../domain/backup/compare-contents';

/**
 * Dropped columns are gone and generated ones are computed anew by a restore: pg_dump writes neither. Of a configuration
 * table pg_dump writes the rows of its extension's condition (a WHERE clause); the others come with the extension.
 */
const COLUMNS = `
  select c.relkind, array_agg(a.attname::text order by a.attname collate "C") filter (where a.attname is not null) as columns,
         (select f.condition from pg_catalog.pg_extension e, unnest(e.extconfig, e.extcondition) f (relid, condition)
           where f.relid = c.oid and f.condition <> '') as condition
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_attribute a
      on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
   where n.nspname = $1 and c.relname = $2
   group by c.oid, c.relkind`;

interface ColumnsRow {
  readonly relkind: string;
  readonly columns: readonly string[] | null;
  readonly condition: string | null;
}

/** What pg_dump writes of a table. */
export interface DumpedRows {
  /** Quoted, in the order of their names. */
  readonly columns: readonly string[];
  /** To stand after FROM, with an alias behind it. */
  readonly from: string;
}

/** Undefined: there is no such table. */
export async function dumpedRows(client: Client, table: CatalogTable): Promise<DumpedRows | undefined> {
  const { rows } = await client.query<ColumnsRow>(COLUMNS, [table.schema, table.name]);
  const [found] = rows;
  if (found === undefined) return undefined;
  const { relkind, columns, condition } = found;
  // rows of inheriting tables are theirs; a partitioned table has only those of its partitions
  const only = relkind === 'p' ? '' : 'only';
  const from = `${only} ${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
  return {
    columns: (columns ?? []).map((name) => escapeIdentifier(name)),
    from: condition === null ? from : `(select * from ${from} ${condition})`,
  };
}
