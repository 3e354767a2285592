import type { Client } from 'pg';
import type { AssetColumn } from '../../domain/blobs/asset-url';
import { quoteIdentifier, quoteQualifiedName } from '../../domain/sql-names';

/**
 * The different values of a column as text, in byte order, through a cursor of the server: a batch is all that is in
 * memory. `after`: only those behind it. `each` is awaited before the next batch is asked for.
 */
export async function readColumnTexts(
  client: Client,
  column: AssetColumn,
  { after, batch }: { readonly after: string; readonly batch: number },
  each: (texts: readonly string[]) => Promise<void>,
): Promise<void> {
  const value = `${quoteIdentifier(column.column)}::text collate "C"`;
  const table = quoteQualifiedName({ schema: column.schema, name: column.table });
  await client.query('begin isolation level repeatable read read only');
  await client.query(
    `declare texts no scroll cursor for select distinct ${value} as value from ${table} where ${value} > $1 order by 1`,
    [after],
  );
  for (;;) {
    const { rows } = await client.query<{ value: string }>(`fetch ${batch} from texts`);
    if (rows.length > 0) await each(rows.map(({ value: text }) => text));
    if (rows.length < batch) break;
  }
  await client.query('commit');
}
