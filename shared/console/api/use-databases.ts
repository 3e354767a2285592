import type { Database, Page } from './answers';
import { useQuery } from './use-query';

/** They change with the app's settings only: what the page before was told is good until it is told again. */
let known: readonly string[] | undefined;

/** Configured names of the protected databases; undefined until they are known. */
export function useDatabases(): readonly string[] | undefined {
  const { answer } = useQuery<Page<Database>>('/databases');
  if (answer !== undefined) known = answer.items.map(({ name }) => name);
  return known;
}
