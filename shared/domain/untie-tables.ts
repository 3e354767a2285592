import type { ListEntry } from './archive-list';
import type { CatalogTable } from './compare-contents';
import { quoteIdentifier, quoteQualifiedName } from './sql-names';

/** What binds tables to each other, so that they cannot be dropped one by one. */
export interface TableTies {
  readonly foreignKeys: readonly { readonly of: CatalogTable; readonly name: string }[];
  readonly partitions: readonly { readonly partition: CatalogTable; readonly of: CatalogTable }[];
}

/**
 * Statements that untie the tables that an archive knows. pg_restore --clean drops the indexes and constraints of a
 * partition one by one, which the server refuses while they belong to those of its root; and dropping a root would take
 * along a partition that the archive does not know. A partition whose rows are referenced cannot be detached, so foreign
 * keys go first; the archive makes them again.
 */
export function untieTablesSql(entries: readonly ListEntry[], { foreignKeys, partitions }: TableTies): string {
  const texts = entries.map(({ text }) => text).filter((text) => text.startsWith('TABLE '));
  const isKnown = ({ schema, name }: CatalogTable): boolean => {
    const begin = `TABLE ${schema} ${name} `.replaceAll(/[\n\r]/g, ' ');
    return texts.some((text) => text.startsWith(begin));
  };
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
