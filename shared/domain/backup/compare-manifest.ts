import type { ArchiveScriptContents } from '../archive/archive-script';
import { tableKey } from './compare-contents';
import type { Manifest } from './manifest';
import { quoteQualifiedName } from '../sql-names';

/** Where an archive that was read again differs from its manifest, one sentence each; empty when nowhere. */
export function compareWithManifest(
  archive: Pick<ArchiveScriptContents, 'tables' | 'largeObjects' | 'sequences'>,
  manifest: Pick<Manifest['contents'], 'tables' | 'largeObjects' | 'sequences'>,
): string[] {
  const expected = new Map(manifest.tables.map((table) => [tableKey(table), table]));
  const found = new Map(archive.tables.map((table) => [tableKey(table), table]));
  return [
    ...manifest.tables.flatMap((table) => differentRows(table, found.get(tableKey(table))?.rows)),
    ...archive.tables
      .filter((table) => !expected.has(tableKey(table)))
      .map((table) => `table ${quoteQualifiedName(table)} is in the archive and not in the manifest`),
    ...counted('large objects', archive.largeObjects, manifest.largeObjects),
    ...counted('sequence positions', archive.sequences, manifest.sequences),
  ];
}

function differentRows(table: Manifest['contents']['tables'][number], rows: number | undefined): string[] {
  if (rows === table.rows) return [];
  const has = rows === undefined ? 'is not in the archive' : `has ${rows} rows in the archive`;
  return [`table ${quoteQualifiedName(table)} ${has}; the manifest says ${table.rows} rows`];
}

function counted(what: string, inArchive: number, inManifest: number): string[] {
  return inArchive === inManifest ? [] : [`the archive has ${inArchive} ${what}, the manifest says ${inManifest}`];
}
