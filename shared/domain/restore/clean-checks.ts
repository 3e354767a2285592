import { type CatalogTable, tableKey } from '../backup/compare-contents';
import type { TableContents } from '../backup/manifest';
import { quoteQualifiedName } from '../sql-names';

/**
 * What is asked inside the transaction of a clean restore, before its COMMIT: nobody else can write yet, so that the
 * counts are those of the archive.
 */
export const ASK_TABLE_KINDS = `SET LOCAL client_encoding = 'UTF8';
SELECT json_build_array(n.nspname, c.relname, c.relkind,
         (SELECT f.condition FROM pg_catalog.pg_extension e, unnest(e.extconfig, e.extcondition) f (relid, condition)
           WHERE f.relid = c.oid AND f.condition <> ''))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p');`;

/** For each table its place in the list and the rows that pg_dump would write of it. */
export function askRowCounts(tables: readonly CatalogTable[], kinds: readonly string[]): string {
  const known = new Map(
    kinds.map((line) => {
      const [schema, name, kind, condition] = JSON.parse(line) as [string, string, string, string | null];
      return [tableKey({ schema, name }), { kind, condition }];
    }),
  );
  const queries = tables.flatMap((table, place) => {
    const found = known.get(tableKey(table));
    if (found === undefined) return [];
    const from = `${found.kind === 'p' ? '' : 'ONLY '}${quoteQualifiedName(table)}`;
    return [`SELECT ${place} || ' ' || count(*) FROM ${from} ${found.condition ?? ''};`];
  });
  return queries.join('\n');
}

/** Where the counts differ from the manifest, one sentence each. */
export function compareRowCounts(tables: readonly TableContents[], answer: readonly string[]): string[] {
  const counts = new Map(answer.map((line) => line.split(' ').map(Number) as [number, number]));
  return tables.flatMap((table, place) => {
    const rows = counts.get(place);
    if (rows === table.rows) return [];
    return [`table ${quoteQualifiedName(table)} has ${rows ?? 'no'} rows, the manifest says ${table.rows}`];
  });
}
