import type { RestoreFacts } from './restore-facts';
import { type QualifiedName } from '../backup/preflight';
import { quoteQualifiedName } from '../sql-names';

const key = ({ schema, name }: QualifiedName): string => JSON.stringify([schema, name]);

/** What the archive does not know: a clean restore leaves it as it is. */
export function survivors({ archive, objects }: RestoreFacts): string[] {
  const known = new Set(archive.relations.map(key));
  return (objects?.relations ?? [])
    .filter((relation) => !known.has(key(relation)))
    .map((relation) => `${relation.kind} ${quoteQualifiedName(relation)}`);
}

/** What would keep `--clean`, which drops without CASCADE, from dropping what the archive brings anew. */
export function conflicts({ archive, objects }: RestoreFacts): string[] {
  const known = new Set(archive.relations.map(key));
  const foreignKeys = new Set(archive.foreignKeys);
  return (objects?.dependencies ?? [])
    .filter(({ from, to, what }) => {
      const isKnown =
        known.has(key(from)) && (what === 'view' || foreignKeys.has(`${from.schema} ${from.name} ${what}`));
      return known.has(key(to)) && !isKnown;
    })
    .map(({ from, to, what }) =>
      what === 'view'
        ? `${quoteQualifiedName(from)} needs ${quoteQualifiedName(to)}`
        : `foreign key "${what}" of ${quoteQualifiedName(from)} needs ${quoteQualifiedName(to)}`,
    );
}
