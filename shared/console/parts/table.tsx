import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { List } from '../api/use-list';
import { count } from '../format/size';
import { texts } from '../texts';
import { ProblemBox } from './problem-box';

export interface Column<Item> {
  readonly title: string;
  readonly cell: (item: Item) => ComponentChildren;
  /** What it is sorted by; a column without is not sorted. */
  readonly sortBy?: (item: Item) => string | number;
  /** On a narrow screen the detail page has it. */
  readonly isWide?: boolean;
  readonly isNumber?: boolean;
}

interface TableProps<Item> {
  readonly caption: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
}

/** A table whose columns can be sorted; it sorts what was read. */
export function Table<Item>({ caption, columns, items, keyOf }: TableProps<Item>): JSX.Element {
  const [order, setOrder] = useState<{ index: number; isUp: boolean }>();
  const sorted = useMemo(() => sort(items, columns, order), [items, order]);
  const turn = (index: number): void => setOrder({ index, isUp: order?.index === index ? !order.isUp : true });
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, sortBy, isWide, isNumber }, index) => (
              <th
                key={title}
                scope="col"
                class={classOf(isWide, isNumber)}
                {...(order?.index === index ? { 'aria-sort': order.isUp ? 'ascending' : 'descending' } : {})}
              >
                {sortBy === undefined ? (
                  title
                ) : (
                  <button type="button" class="sort" onClick={() => turn(index)}>
                    {title}
                    <span aria-hidden="true">{order?.index !== index ? ' ↕' : order.isUp ? ' ↑' : ' ↓'}</span>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ title, cell, isWide, isNumber }) => (
                <td key={title} class={classOf(isWide, isNumber)}>
                  {cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const classOf = (isWide?: boolean, isNumber?: boolean): string =>
  [isWide === true ? 'wide' : '', isNumber === true ? 'number' : ''].join(' ').trim();

function sort<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  order: { index: number; isUp: boolean } | undefined,
): readonly Item[] {
  const sortBy = order === undefined ? undefined : columns[order.index]?.sortBy;
  if (order === undefined || sortBy === undefined) return items;
  const direction = order.isUp ? 1 : -1;
  return [...items].sort((one, other) => {
    const [left, right] = [sortBy(one), sortBy(other)];
    return left < right ? -direction : left > right ? direction : 0;
  });
}

interface ListedProps<Item> extends Omit<TableProps<Item>, 'items'> {
  readonly list: List<Item>;
  /** What an empty list means here. */
  readonly empty: string;
}

/** A list of the API as a table, with what it is while it is read, empty, or refused. */
export function Listed<Item>({ list, empty, ...table }: ListedProps<Item>): JSX.Element {
  const { items, problem, hasMore, isReading } = list;
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
        <Table {...table} items={items} />
      )}
      {items === undefined ? null : (
        <p class="below-table">
          <span role="status">{isReading ? texts.loading : texts.shown(count(items.length), hasMore)}</span>{' '}
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

/** It takes the room that what comes will need, so that nothing jumps. */
export function Loading(): JSX.Element {
  return (
    <div class="loading" role="status">
      {texts.loading}
    </div>
  );
}
