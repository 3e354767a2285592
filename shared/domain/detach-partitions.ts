import type { ListEntry } from './archive-list';
import type { CatalogTable } from './compare-contents';
import { quoteQualifiedName } from './sql-names';

/**
 * Statements that detach the partitions of the tables that an archive knows. pg_restore --clean drops the indexes and
 * constraints of a partition one by one, which the server refuses while they belong to those of its root; and dropping a
 * root would take along a partition that the archive does not know.
 */
export function detachPartitionsSql(
  entries: readonly ListEntry[],
  partitions: readonly { readonly partition: CatalogTable; readonly of: CatalogTable }[],
): string {
  const texts = entries.map(({ text }) => text).filter((text) => text.startsWith('TABLE '));
  const isKnown = ({ schema, name }: CatalogTable): boolean => {
    const begin = `TABLE ${schema} ${name} `.replaceAll(/[\n\r]/g, ' ');
    return texts.some((text) => text.startsWith(begin));
  };
  return partitions
    .filter(({ of }) => isKnown(of))
    .map(
      ({ partition, of }) =>
        `ALTER TABLE ${quoteQualifiedName(of)} DETACH PARTITION ${quoteQualifiedName(partition)};\n`,
    )
    .join('');
}
