import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { List } from '../api/use-list';
import { count } from '../format/size';
import { place } from '../route';
import { texts } from '../texts';
import { Loading } from './loading';
import { ProblemBox } from './problem-box';
import { FIND } from './filters';
import { type Column, Table, type TableProps } from './table';

interface ListedProps<Item> extends Omit<TableProps<Item>, 'items'> {
  readonly list: List<Item>;
  /** What an empty list means here. */
  readonly empty: string;
}

/** Of what was read: the API has no search of its own. */
function find<Item>(items: readonly Item[], columns: readonly Column<Item>[], wanted: string): readonly Item[] {
  if (wanted === '') return items;
  const textOf = (item: Item): string => columns.map(({ sortBy }) => sortBy?.(item) ?? '').join(' ');
  return items.filter((item) => textOf(item).toLowerCase().includes(wanted));
}

/** A list of the API as a table, with what it is while it is read, empty, or refused. */
export function Listed<Item>({ list, empty, ...table }: ListedProps<Item>): JSX.Element {
  const { items, problem, hasMore, isReading } = list;
  const wanted = (place.value.query[FIND] ?? '').trim().toLowerCase();
  const found = useMemo(() => find(items ?? [], table.columns, wanted), [items, table.columns, wanted]);
  const told = (shown: number, of: number): string =>
    wanted === '' ? texts.shown(count(of), hasMore) : texts.found(count(shown), count(of), hasMore);
  return (
    <>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {items === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : items.length === 0 && !hasMore ? (
        <p class="box plain">{empty}</p>
      ) : (
        <Table {...table} items={found} />
      )}
      {items === undefined ? null : (
        <p class="below-table">
          <span role="status">{isReading ? texts.loading : told(found.length, items.length)}</span>{' '}
          {hasMore ? (
            <button type="button" aria-disabled={isReading} onClick={() => (isReading ? undefined : list.readMore())}>
              {texts.readMore}
            </button>
          ) : null}
        </p>
      )}
    </>
  );
}
