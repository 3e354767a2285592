import { query } from './query';

/** A sequence writes its next 32 values to the log at once, and a recovered one goes on behind them. */
const LOGGED_AHEAD = 32;

interface Sequence {
  readonly name: string;
  readonly step: number;
  readonly last: number | null;
}

export function readSequences(url: string): Promise<Sequence[]> {
  const columns =
    'schemaname || $$.$$ || sequencename as name, increment_by::float8 as step, last_value::float8 as last';
  return query<Sequence>(url, `select ${columns} from pg_sequences order by 1`);
}

/** Whether a recovered server hands out no number twice, and no later ones than a recovery explains. */
export function areContinued(before: readonly Sequence[], after: readonly Sequence[]): boolean {
  if (before.length !== after.length) return false;
  return before.every(({ name, step, last }, at) => {
    const found = after[at];
    const ahead = ((found?.last ?? 0) - (last ?? 0)) / step;
    return found?.name === name && ahead >= 0 && ahead <= LOGGED_AHEAD;
  });
}
