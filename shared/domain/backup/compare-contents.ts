import { Failure } from '../failure';
import type { DatabaseProperties } from './manifest';
import { quoteQualifiedName } from '../sql-names';

/** A table that pg_dump writes rows for; partitions that it reloads through their root stand for that root. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
}

/** What a dump of the database must hold, read from its catalog in the dump's own snapshot. */
export interface CatalogContents {
  readonly tables: readonly CatalogTable[];
  /** Tables whose rows pg_dump writes, each partition counted: one COPY block each. */
  readonly copyBlocks: number;
  /** Sequences whose position pg_dump writes. */
  readonly sequences: number;
  readonly largeObjects: number;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  readonly databaseProperties: DatabaseProperties;
  /** Which table tells, and the newest migration in it; null: no table of a known migration tool. */
  readonly schemaRevision: { readonly source: string; readonly value: string } | null;
}

type CountedContents = Pick<CatalogContents, 'tables' | 'copyBlocks' | 'sequences' | 'largeObjects'>;

/** One sentence per difference, e.g. `table "public"."moments" is in the database and not in the archive`. */
export type ContentDifference = string;

const NAMED_DIFFERENCES = 20;

/** A key that no two tables share, whatever their names contain. */
export function tableKey(table: CatalogTable): string {
  return JSON.stringify([table.schema, table.name]);
}

/** Those of `tables` that were chosen; all of them where nothing was (null). */
export function chosenTables<T extends CatalogTable>(
  tables: readonly T[],
  chosen: readonly CatalogTable[] | null,
): readonly T[] {
  if (chosen === null) return tables;
  const keys = new Set(chosen.map(tableKey));
  return tables.filter((table) => keys.has(tableKey(table)));
}

/** Where archive and catalog differ; empty when the archive holds what the database had. */
export function compareContents(archive: CountedContents, catalog: CountedContents): ContentDifference[] {
  return [
    ...lacking(archive.tables, catalog.tables).map((name) => `table ${name} is in the database and not in the archive`),
    ...lacking(catalog.tables, archive.tables).map((name) => `table ${name} is in the archive and not in the database`),
    ...counted('blocks of rows', archive.copyBlocks, catalog.copyBlocks),
    ...counted('sequence positions', archive.sequences, catalog.sequences),
    ...counted('large objects', archive.largeObjects, catalog.largeObjects),
  ];
}

function lacking(here: readonly CatalogTable[], there: readonly CatalogTable[]): string[] {
  const keys = new Set(here.map(tableKey));
  return there.filter((table) => !keys.has(tableKey(table))).map(quoteQualifiedName);
}

function counted(what: string, inArchive: number, inDatabase: number): ContentDifference[] {
  return inArchive === inDatabase ? [] : [`the archive has ${inArchive} ${what}, the database ${inDatabase}`];
}

/** `archive-incomplete`, naming the first 20 differences. */
export function incompleteArchive(differences: readonly ContentDifference[]): Failure {
  const rest = differences.length - NAMED_DIFFERENCES;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return new Failure('archive-incomplete', differences.slice(0, NAMED_DIFFERENCES).join('; ') + more);
}
