import { escapeIdentifier, type Client } from 'pg';
import { type CatalogTable, tableKey } from '../../domain/compare-contents';

/**
 * One value for all rows of a table, in any order: the number of rows and the sums of two independently seeded 64-bit
 * hashes of each row's text, as numerics, so that nothing wraps or cancels (XOR would lose a pair of equal rows). That
 * hashtextextended gives the same on majors 14 to 18 with a deterministic collation is shown by test/integration.
 * `only`: rows of inheriting tables belong to those.
 */
export async function checksumTable(client: Client, table: CatalogTable): Promise<[key: string, checksum: string]> {
  const from = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.name)}`;
  const { rows } = await client.query<{ checksum: string }>(`
    select md5(count(*)::text || ' ' || coalesce(sum(hashtextextended(t.text, 1)::numeric), 0)::text
                              || ' ' || coalesce(sum(hashtextextended(t.text, 2)::numeric), 0)::text) as checksum
      from (select x::text collate "C" as text from only ${from} x) t`);
  return [tableKey(table), rows[0]?.checksum ?? ''];
}
