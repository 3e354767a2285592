import { escapeIdentifier, Client } from 'pg';

export interface Comparison {
  readonly what: string;
  readonly rows: number;
  readonly isEqual: boolean;
}

export interface Contents {
  readonly rows: number;
  readonly hash: string;
}

/**
 * Every table and materialized view of both databases, row by row through a hash that does not depend on order; the
 * sequences' places and the large objects, too.
 */
export async function compareDatabases(
  sourceUrl: string,
  restoredUrl: string,
  signal: AbortSignal,
): Promise<Comparison[]> {
  const [source, restored] = await Promise.all([readContents(sourceUrl, signal), readContents(restoredUrl, signal)]);
  return compareContents(source, restored);
}

export function compareContents(
  source: ReadonlyMap<string, Contents>,
  restored: ReadonlyMap<string, Contents>,
): Comparison[] {
  const names = [...new Set([...source.keys(), ...restored.keys()])].sort();
  return names.map((what) => {
    const before = source.get(what);
    const after = restored.get(what);
    const isEqual = before !== undefined && before.rows === after?.rows && before.hash === after.hash;
    return { what, rows: before?.rows ?? 0, isEqual };
  });
}

const RELATIONS = `
  select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')`;
const SEQUENCES = '(select schemaname, sequencename, last_value from pg_sequences)';
const LARGE_OBJECTS = '(select loid, pageno, data from pg_largeobject)';

/** By the name of the relation. */
export async function readContents(url: string, signal: AbortSignal): Promise<Map<string, Contents>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: relations } = await client.query<{ schema: string; name: string }>(RELATIONS);
    const found = new Map<string, Contents>();
    for (const { schema, name } of relations) {
      signal.throwIfAborted();
      found.set(`${schema}.${name}`, await readRows(client, `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`));
    }
    found.set('sequences', await readRows(client, SEQUENCES));
    found.set('large objects', await readRows(client, LARGE_OBJECTS));
    return found;
  } finally {
    await client.end();
  }
}

async function readRows(client: Client, from: string): Promise<Contents> {
  const { rows } = await client.query<Contents>(
    `select count(*)::int as rows, coalesce(sum(hashtextextended(t::text, 42)::numeric), 0)::text as hash from ${from} t`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a count gave no row');
  return row;
}
