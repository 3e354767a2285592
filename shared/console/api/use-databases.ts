import type { RecoveryPoints } from './answers';
import { useQuery } from './use-query';

/** Configured names of the protected databases; undefined until they are known. */
export function useDatabases(): readonly string[] | undefined {
  const { answer } = useQuery<RecoveryPoints>('/recovery-points');
  return answer === undefined ? undefined : databasesOf(answer);
}

/** Each database that has a point, or a way that it lacks at the moment. */
export function databasesOf({ items, unavailable }: RecoveryPoints): readonly string[] {
  const names = [...items, ...unavailable].flatMap(({ database }) => database ?? []);
  return [...new Set(names)].sort();
}
