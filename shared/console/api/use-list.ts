import { useEffect, useRef, useState } from 'preact/hooks';
import { isExpired } from '../session/session';
import type { Page, Problem } from './answers';
import { call, type CallOptions, problemOf } from './call';

export interface List<Item> {
  /** What was read so far; undefined before the first page. */
  readonly items: readonly Item[] | undefined;
  readonly problem: Problem | undefined;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly readMore: () => void;
}

const FIRST_PAGE = 50;
const NEXT_PAGES = 200;
/** What the app read so lately is shown at once, and read anew meanwhile. */
const MAX_AGE_SECONDS = 60;

interface State<Item> {
  readonly items?: readonly Item[];
  readonly cursor?: string | undefined;
  readonly problem?: Problem;
}

type Query = NonNullable<CallOptions['query']>;

/** A list of the API, page by page: a small first page is there at once, the others when they are wanted. null: reads nothing. */
export function useList<Item>(path: string | null, query: Query): List<Item> {
  const [state, setState] = useState<State<Item>>({});
  const [isReading, setIsReading] = useState(false);
  const reading = useRef<AbortController>(undefined);

  const read = async (before: State<Item>): Promise<void> => {
    if (path === null) return;
    reading.current?.abort();
    const { signal } = (reading.current = new AbortController());
    setIsReading(true);
    try {
      let age = 0;
      const get = (maxAgeSeconds: number): Promise<Page<Item>> => {
        const limit = before.items === undefined ? FIRST_PAGE : NEXT_PAGES;
        const onAge = (seconds: number): void => void (age = seconds);
        return call('GET', path, { query: { ...query, limit, cursor: before.cursor }, signal, maxAgeSeconds, onAge });
      };
      const show = ({ items, nextCursor }: Page<Item>): void =>
        setState({ items: [...(before.items ?? []), ...items], cursor: nextCursor });
      show(await get(MAX_AGE_SECONDS));
      if (age === 0 || before.items !== undefined) return;
      setIsReading(false);
      show(await get(0));
    } catch (error) {
      if (!signal.aborted) setState({ ...before, problem: problemOf(error) });
    } finally {
      if (!signal.aborted) setIsReading(false);
    }
  };
  useEffect(() => {
    void read({});
    return () => reading.current?.abort();
    // signed in again: what was refused is read again
  }, [path, JSON.stringify(query), isExpired.value]);

  // what was there stays until what replaces it has come: a filter must not make the page jump
  return {
    items: state.items,
    problem: state.problem,
    hasMore: state.cursor !== undefined,
    isReading,
    readMore: () => void read(state),
  };
}
