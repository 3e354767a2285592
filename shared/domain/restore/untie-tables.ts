import type { ListEntry } from '../archive/archive-list';
import type { CatalogTable } from '../backup/compare-contents';
import { quoteIdentifier, quoteQualifiedName } from '../sql-names';

/** Every table of a database, and what binds tables to each other, so that they cannot be dropped one by one. */
export interface TableTies {
  readonly tables: readonly CatalogTable[];
  readonly foreignKeys: readonly { readonly of: CatalogTable; readonly name: string }[];
  readonly partitions: readonly { readonly partition: CatalogTable; readonly of: CatalogTable }[];
}

/**
 * The statement that locks the tables that an archive knows before anything is changed, and waits for others no longer
 * than `waitSeconds`: the script of pg_restore waits for ever.
 */
export function lockTablesSql(entries: readonly ListEntry[], { tables }: TableTies, waitSeconds: number): string {
  const known = tables.filter(isIn(entries)).map(quoteQualifiedName);
  if (known.length === 0) return '';
  return `SET LOCAL lock_timeout = '${waitSeconds}s';\nLOCK TABLE ONLY ${known.join(', ONLY ')} IN ACCESS EXCLUSIVE MODE;\n`;
}

/**
 * Statements that untie the tables that an archive knows. pg_restore --clean drops the indexes and constraints of a
 * partition one by one, which the server refuses while they belong to those of its root; and dropping a root would take
 * along a partition that the archive does not know. A partition whose rows are referenced cannot be detached, so foreign
 * keys go first; the archive makes them again.
 */
export function untieTablesSql(entries: readonly ListEntry[], { foreignKeys, partitions }: TableTies): string {
  const isKnown = isIn(entries);
  const dropped = foreignKeys
    .filter(({ of }) => isKnown(of))
    .map(({ of, name }) => `ALTER TABLE ${quoteQualifiedName(of)} DROP CONSTRAINT ${quoteIdentifier(name)};\n`);
  const detached = partitions
    .filter(({ of }) => isKnown(of))
    .map(
      ({ partition, of }) =>
        `ALTER TABLE ${quoteQualifiedName(of)} DETACH PARTITION ${quoteQualifiedName(partition)};\n`,
    );
  return [...dropped, ...detached].join('');
}

function isIn(entries: readonly ListEntry[]): (table: CatalogTable) => boolean {
  const texts = entries.map(({ text }) => text).filter((text) => text.startsWith('TABLE '));
  return ({ schema, name }) => {
    const begin = `TABLE ${schema} ${name} `.replaceAll(/[\n\r]/g, ' ');
    return texts.some((text) => text.startsWith(begin));
  };
}
