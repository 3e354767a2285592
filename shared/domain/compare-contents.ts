import type { ArchiveScriptContents } from './archive-script';
import { Failure } from './failure';
import type { DatabaseProperties } from './manifest';

/** A table whose rows pg_dump writes. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
}

/** What a dump of the database must hold, read from its catalog in the dump's own snapshot. */
export interface CatalogContents {
  readonly tables: readonly CatalogTable[];
  /** Sequences whose position pg_dump writes. */
  readonly sequences: number;
  readonly largeObjects: number;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  readonly databaseProperties: DatabaseProperties;
  /** null: there is no `alembic_version`. */
  readonly schemaRevision: { readonly source: string; readonly value: string } | null;
}

/** One sentence per difference, e.g. `table "public"."moments" is in the database and not in the archive`. */
export type ContentDifference = string;

/** A key that no two tables share, whatever their names contain. */
export function tableKey(table: CatalogTable): string {
  return JSON.stringify([table.schema, table.name]);
}

/** Where archive and catalog differ; empty when the archive holds what the database had. */
export function compareContents(
  archive: ArchiveScriptContents,
  catalog: Pick<CatalogContents, 'tables' | 'sequences' | 'largeObjects'>,
): ContentDifference[] {
  const archived = new Set(archive.tables.map(tableKey));
  const expected = new Set(catalog.tables.map(tableKey));
  const named = (table: CatalogTable): string => `table "${table.schema}"."${table.name}"`;
  return [
    ...catalog.tables
      .filter((table) => !archived.has(tableKey(table)))
      .map((table) => `${named(table)} is in the database and not in the archive`),
    ...archive.tables
      .filter((table) => !expected.has(tableKey(table)))
      .map((table) => `${named(table)} is in the archive and not in the database`),
    ...(archived.size === archive.tables.length ? [] : ['a table is in the archive twice']),
    ...counted('sequence positions', archive.sequences, catalog.sequences),
    ...counted('large objects', archive.largeObjects, catalog.largeObjects),
  ];
}

function counted(what: string, archived: number, expected: number): ContentDifference[] {
  return archived === expected ? [] : [`the archive has ${archived} ${what}, the database ${expected}`];
}

/** `archive-incomplete`, naming the first differences. */
export function incompleteArchive(differences: readonly ContentDifference[]): Failure {
  const more = differences.length > 20 ? ` and ${differences.length - 20} more` : '';
  return new Failure('archive-incomplete', `${differences.slice(0, 20).join('; ')}${more}`);
}
