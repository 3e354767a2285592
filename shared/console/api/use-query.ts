import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isExpired } from '../session/session';
import type { Problem } from './answers';
import { call, type CallOptions, isOffline, problemOf } from './call';

export interface Queried<Answer> {
  readonly answer: Answer | undefined;
  /** Why it could not be read, last time; an older answer stays. */
  readonly problem: Problem | undefined;
  readonly refresh: () => void;
}

export interface QueryOptions<Answer> {
  readonly query?: CallOptions['query'];
  /** How old the answer may be: what several parts of a page ask for at once is then read once. Default 0. */
  readonly maxAgeSeconds?: number;
  /** Asks again so long after each answer; undefined or null: no more. */
  readonly againAfterMs?: number | null | ((answer: Answer) => number | null);
}

/** How soon a lost connection is tried again. */
const RETRY_MS = 2_000;

/** Reads a path and keeps what was read while it is read again, so that nothing flickers. null: reads nothing. */
export function useQuery<Answer>(path: string | null, options: QueryOptions<Answer> = {}): Queried<Answer> {
  const key = `${path ?? ''} ${JSON.stringify(options.query ?? {})}`;
  const [state, setState] = useState<{ key: string; answer?: Answer; problem?: Problem }>({ key });
  const latest = useRef(options);
  latest.current = options;
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((before) => before + 1), []);

  useEffect(() => {
    if (path === null) return undefined;
    const abort = new AbortController();
    let timer: number | undefined;
    const again = (afterMs: number | null): void => {
      if (afterMs !== null && !abort.signal.aborted) timer = window.setTimeout(() => void read(), afterMs);
    };
    const read = async (): Promise<void> => {
      try {
        const { query, maxAgeSeconds } = latest.current;
        const answer = await call<Answer>('GET', path, {
          signal: abort.signal,
          ...(query === undefined ? {} : { query }),
          ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
        });
        setState({ key, answer });
        const { againAfterMs = null } = latest.current;
        again(typeof againAfterMs === 'function' ? againAfterMs(answer) : againAfterMs);
      } catch (error) {
        if (abort.signal.aborted) return;
        setState((before) => ({ ...(before.key === key ? before : { key }), problem: problemOf(error) }));
        again(isOffline.value ? RETRY_MS : null);
      }
    };
    void read();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
    // signed in again: what was refused is read again
  }, [key, round, isExpired.value]);

  const isCurrent = state.key === key;
  return { answer: isCurrent ? state.answer : undefined, problem: isCurrent ? state.problem : undefined, refresh };
}
