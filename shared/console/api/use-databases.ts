import type { RecoveryPoints } from './answers';
import { useQuery } from './use-query';

/** Configured names of the protected databases; undefined until they are known. */
export function useDatabases(): readonly string[] | undefined {
  const { answer } = useQuery<RecoveryPoints>('/recovery-points');
  if (answer === undefined) return undefined;
  const names = [...answer.items, ...answer.unavailable].flatMap(({ database }) => database ?? []);
  return [...new Set(names)].sort();
}
