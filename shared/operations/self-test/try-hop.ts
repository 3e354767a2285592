import { asFailure } from '../../domain/failure';
import { type Hop, HOP_HINTS, HOP_LIMITS_MS, type HopResult } from '../../domain/watch/self-test';
import type { Systems } from '../../systems/systems';
import { withinLimit } from '../advice/within-limit';

/** What a hop that went well found, and what later ones need of it. */
export interface Reached<T> {
  readonly value: T;
  readonly detail: string;
}

/**
 * Goes one hop within its limit. `value` is undefined unless it is ok. Whatever is thrown is the hop's failure: that is
 * what the test is for.
 */
export async function tryHop<T>(
  systems: Pick<Systems, 'clock'>,
  hop: Hop,
  go: (signal: AbortSignal) => Promise<Reached<T>>,
): Promise<{ readonly result: HopResult; readonly value: T | undefined }> {
  const startedAt = systems.clock.now().getTime();
  const ended = (state: HopResult['state'], detail: string, hint?: string): HopResult => ({
    ...{ hop, state, durationMs: systems.clock.now().getTime() - startedAt, detail },
    ...(hint === undefined ? {} : { hint }),
  });
  try {
    const { value, detail } = await withinLimit(HOP_LIMITS_MS[hop], go);
    return { result: ended('ok', detail), value };
  } catch (error) {
    const failure = asFailure(error);
    const state = failure.code === 'not-configured' ? 'not-configured' : 'failed';
    const hint = failure.code === 'database-unreachable' ? (HOP_HINTS[hop] ?? failure.hint) : failure.hint;
    return { result: ended(state, failure.detail, hint), value: undefined };
  }
}

/** One that could not be tried, because the one before it failed. */
export const notTried = (hop: Hop, before: Hop): HopResult => ({
  ...{ hop, state: 'not-tried', durationMs: 0, detail: `${before} failed` },
});
