import { useEffect, useRef, useState } from 'preact/hooks';
import type { Page, Problem } from './answers';
import { call, type CallOptions, problemOf } from './call';

export interface List<Item> {
  /** What was read so far; undefined before the first page. */
  readonly items: readonly Item[] | undefined;
  readonly problem: Problem | undefined;
  readonly hasMore: boolean;
  readonly isReading: boolean;
  readonly readMore: () => void;
  readonly refresh: () => void;
}

const FIRST_PAGE = 50;
const NEXT_PAGES = 200;

interface State<Item> {
  readonly key: string;
  readonly items?: readonly Item[];
  readonly cursor?: string | undefined;
  readonly problem?: Problem;
}

/** A list of the API, page by page: a small first page is there at once, the others when they are wanted. */
export function useList<Item>(path: string | null, query: NonNullable<CallOptions['query']>): List<Item> {
  const [round, setRound] = useState(0);
  const key = `${path ?? ''} ${JSON.stringify(query)} ${round}`;
  const [state, setState] = useState<State<Item>>({ key: '' });
  const [isReading, setIsReading] = useState(false);
  const current = useRef(key);
  current.current = key;

  const read = async (before: State<Item>): Promise<void> => {
    if (path === null) return;
    setIsReading(true);
    try {
      const limit = before.items === undefined ? FIRST_PAGE : NEXT_PAGES;
      const page = await call<Page<Item>>('GET', path, { query: { ...query, limit, cursor: before.cursor } });
      if (current.current !== key) return;
      setState({ key, items: [...(before.items ?? []), ...page.items], cursor: page.nextCursor });
    } catch (error) {
      if (current.current === key) setState({ ...before, key, problem: problemOf(error) });
    } finally {
      if (current.current === key) setIsReading(false);
    }
  };
  useEffect(() => void read({ key }), [key]);

  // what was there stays until what replaces it has come: a filter must not make the page jump
  return {
    items: state.items,
    problem: state.key === key ? state.problem : undefined,
    hasMore: state.cursor !== undefined,
    isReading,
    readMore: () => void read(state),
    refresh: () => setRound((before) => before + 1),
  };
}
