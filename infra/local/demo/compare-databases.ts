import { escapeIdentifier, Client } from 'pg';

export interface TableComparison {
  readonly table: string;
  readonly rows: number;
  readonly isEqual: boolean;
}

/** Every table of both databases, row by row through a hash that does not depend on order; large objects too. */
export async function compareDatabases(sourceUrl: string, restoredUrl: string): Promise<TableComparison[]> {
  const [source, restored] = await Promise.all([readTables(sourceUrl), readTables(restoredUrl)]);
  const names = [...new Set([...source.keys(), ...restored.keys()])].sort();
  return names.map((table) => {
    const before = source.get(table);
    const after = restored.get(table);
    const isEqual = before !== undefined && before.rows === after?.rows && before.hash === after.hash;
    return { table, rows: before?.rows ?? 0, isEqual };
  });
}

async function readTables(url: string): Promise<Map<string, { rows: number; hash: string }>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ schema: string; name: string }>(
      `select schemaname as schema, tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const found = new Map<string, { rows: number; hash: string }>();
    for (const { schema, name } of tables) {
      found.set(`${schema}.${name}`, await readRows(client, `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`));
    }
    const contents = `(select loid, pageno, data from pg_largeobject)`;
    found.set('large objects', await readRows(client, contents));
    return found;
  } finally {
    await client.end();
  }
}

async function readRows(client: Client, from: string): Promise<{ rows: number; hash: string }> {
  const { rows } = await client.query<{ rows: number; hash: string }>(
    `select count(*)::int as rows, coalesce(sum(hashtextextended(t::text, 42)::numeric), 0)::text as hash from ${from} t`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a count gave no row');
  return row;
}
