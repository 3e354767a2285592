import type { RestoreFacts } from './restore-facts';
import type { RestorePlan } from './restore-plan';
import type { RestoreRequest } from './restore-request';
import { swappedOutName } from './swapped-out-name';

type Names = Pick<RestorePlan, 'database' | 'workDatabase' | 'previousDatabase'>;

/** The names that a restore uses; the new ones collide with none that is there. */
export function restoreNames({ place, target }: RestoreFacts, request: RestoreRequest, now: Date): Names {
  const taken = new Set(target.databases.map(({ name }) => name));
  const { database } = place;
  switch (request.mode) {
    case 'clean':
      return { database, workDatabase: database, previousDatabase: null };
    case 'swap':
      return {
        database,
        workDatabase: freeName(database, 'restored', now, taken),
        previousDatabase: freeName(database, 'before', now, taken),
      };
    case 'new-database': {
      const name = request.targetDatabase ?? freeName(database, 'restored', now, taken);
      return { database: name, workDatabase: name, previousDatabase: null };
    }
  }
}

/** Two restores of one second would have one name: the later takes a later second. */
export function freeName(
  database: string,
  word: 'before' | 'restored' | 'undone',
  at: Date,
  taken: ReadonlySet<string>,
): string {
  for (let second = 0; ; second++) {
    const name = swappedOutName(database, word, new Date(at.getTime() + second * 1000));
    if (!taken.has(name)) return name;
  }
}
