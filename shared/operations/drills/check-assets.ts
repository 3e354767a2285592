import { type AssetColumn, columnText, locateAsset, withoutQuery } from '../../domain/blobs/asset-url';
import type { DrillCheck } from '../../domain/drills/drill';
import type { PgConnection } from '../../domain/pg-connection';
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from '../../domain/sql-names';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import type { DrilledContents } from './drill-checks';

type Needs = Pick<Systems, 'contentStore' | 'pgQuestions' | 'settings'>;

/** Of one moment, or of a table whose rows belong to nothing. */
const ASSETS_LOOKED_AT = 50;
const NAMED_MISSING = 5;

/**
 * The smoke test of ASSET_URL_COLUMNS: loads the newest row that has assets (LifeBook: a moment) and looks whether the
 * blobs that its assets name are there. A database without such a table is passed over, and the evidence says so.
 */
export async function checkAssets(
  systems: Needs,
  run: JobRun,
  restored: Pick<DrilledContents, 'tables'>,
  connection: PgConnection,
): Promise<DrillCheck[]> {
  const checks: DrillCheck[] = [];
  for (const column of systems.settings.get('ASSET_URL_COLUMNS')) {
    run.progress({ message: `looking at ${columnText(column)}` });
    checks.push({ name: columnText(column), ...(await checkColumn(systems, run, restored, connection, column)) });
  }
  return checks;
}

async function checkColumn(
  systems: Needs,
  run: JobRun,
  restored: Pick<DrilledContents, 'tables'>,
  connection: PgConnection,
  column: AssetColumn,
): Promise<Omit<DrillCheck, 'name'>> {
  const skipped = (detail: string): Omit<DrillCheck, 'name'> => ({ state: 'skipped', detail });
  const isThere = restored.tables.some(({ schema, name }) => schema === column.schema && name === column.table);
  if (!isThere) return skipped('the database has no such table');
  const ask = (select: string, limit: number): ReturnType<Needs['pgQuestions']['rows']> =>
    systems.pgQuestions.rows(connection, { select, limit }, run.signal);
  if ((await ask(columnSql(column), 1)).length === 0) return skipped('the table has no such column');
  const [parent] = await ask(parentSql(column), 1);
  const owner = parent === undefined ? undefined : (parent as unknown as Parent);
  if (owner !== undefined && (await ask(ownerRowSql(column, owner), 1)).length === 0)
    return skipped('no row has assets');
  const urls = (await ask(urlsSql(column, owner), ASSETS_LOOKED_AT)).flatMap(({ url }) => url ?? []);
  if (urls.length === 0) return skipped('no row has assets');
  const loaded = owner === undefined ? '' : `loaded a row of ${owner.schema}.${owner.name}; `;
  if (!systems.contentStore.isConfigured())
    return skipped(`${loaded}its blobs were not looked for: CONTENT_STORAGE is not set`);
  const missing: string[] = [];
  for (const url of urls) if (!(await isBlobThere(systems, url, run.signal))) missing.push(withoutQuery(url));
  if (missing.length === 0) return { state: 'passed', detail: `${loaded}${urls.length} of its assets are there` };
  const named = missing.slice(0, NAMED_MISSING).join(', ');
  return { state: 'failed', detail: `${loaded}${missing.length} of ${urls.length} assets are not there: ${named}` };
}

/** A URL of another account, or of a container that is not among CONTENT_CONTAINERS, is of no blob that we know. */
async function isBlobThere({ contentStore }: Needs, url: string, signal: AbortSignal): Promise<boolean> {
  const place = locateAsset(url, await contentStore.serviceUrl(), contentStore.containers());
  if ('reason' in place) return false;
  return (await contentStore.head(place.container, place.name, signal)) !== undefined;
}

interface Parent {
  readonly schema: string;
  readonly name: string;
  readonly column: string;
  readonly key: string;
}

const tableOf = ({ schema, table }: AssetColumn): string => quoteQualifiedName({ schema, name: table });
const columnSql = (asked: AssetColumn): string =>
  `select 1 as there from pg_catalog.pg_attribute
    where attrelid = ${quoteLiteral(tableOf(asked))}::regclass and attname = ${quoteLiteral(asked.column)}
      and not attisdropped`;

/** What the rows with assets belong to, by a foreign key of one column; `moments` before others. */
const parentSql = (asked: AssetColumn): string =>
  `select n.nspname as schema, p.relname as name, a.attname as column, k.attname as key
     from pg_catalog.pg_constraint c
     join pg_catalog.pg_class p on p.oid = c.confrelid
     join pg_catalog.pg_namespace n on n.oid = p.relnamespace
     join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     join pg_catalog.pg_attribute k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
    where c.contype = 'f' and cardinality(c.conkey) = 1 and c.conrelid = ${quoteLiteral(tableOf(asked))}::regclass
    order by p.relname <> 'moments', c.oid`;

/** The key of the newest one, going by the order of keys. */
const newestKeySql = (asked: AssetColumn, { column }: Parent): string =>
  `(select ${quoteIdentifier(column)} from ${tableOf(asked)}
     where ${quoteIdentifier(asked.column)} is not null and ${quoteIdentifier(column)} is not null
     order by ${quoteIdentifier(column)} desc limit 1)`;

const ownerRowSql = (asked: AssetColumn, parent: Parent): string =>
  `select * from ${quoteQualifiedName(parent)} where ${quoteIdentifier(parent.key)} = ${newestKeySql(asked, parent)}`;

function urlsSql(asked: AssetColumn, parent: Parent | undefined): string {
  const url = quoteIdentifier(asked.column);
  const ofParent =
    parent === undefined ? '' : ` and ${quoteIdentifier(parent.column)} = ${newestKeySql(asked, parent)}`;
  return `select ${url}::text as url from ${tableOf(asked)} where ${url} is not null${ofParent}`;
}
