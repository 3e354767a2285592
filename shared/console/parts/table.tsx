import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

export interface Column<Item> {
  readonly title: string;
  readonly cell: (item: Item) => ComponentChildren;
  /** What it is sorted by; a column without is not sorted. */
  readonly sortBy?: (item: Item) => string | number;
  /** On a narrow screen the detail page has it. */
  readonly isWide?: boolean;
  readonly isNumber?: boolean;
}

export interface TableProps<Item> {
  readonly caption: string;
  readonly columns: readonly Column<Item>[];
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
}

/** So many rows are drawn, and so many more whenever the last of them comes near. */
const ROWS = 100;

/** A table whose columns can be sorted; it sorts what was read. */
export function Table<Item>({ caption, columns, items, keyOf }: TableProps<Item>): JSX.Element {
  const [order, setOrder] = useState<{ index: number; isUp: boolean }>();
  const sorted = useMemo(() => sort(items, columns, order), [items, columns, order]);
  const [end, isNear] = useEnd(order);
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
          {sorted.slice(0, end).map((item) => (
            <Row key={keyOf(item)} item={item} columns={columns} />
          ))}
        </tbody>
      </table>
      {end < sorted.length ? <div ref={isNear} class="end" /> : null}
    </div>
  );
}

/** Drawn once: an item does not change, another answer has others. */
function Row<Item>({ item, columns }: { readonly item: Item; readonly columns: readonly Column<Item>[] }): JSX.Element {
  return useMemo(
    () => (
      <tr>
        {columns.map(({ title, cell, isWide, isNumber }) => (
          <td key={title} class={classOf(isWide, isNumber)}>
            {cell(item)}
          </td>
        ))}
      </tr>
    ),
    [item, columns],
  );
}

/** How many rows are drawn, and what has to come near for more; in another order it begins anew. */
function useEnd(order: unknown): [number, (element: Element | null) => void] {
  const [drawn, setDrawn] = useState({ order, end: ROWS });
  const end = drawn.order === order ? drawn.end : ROWS;
  const observer = useRef<IntersectionObserver>(undefined);
  useEffect(() => () => observer.current?.disconnect(), []);
  const watch = (element: Element | null): void => {
    observer.current?.disconnect();
    if (element === null) return;
    observer.current = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) setDrawn({ order, end: end + ROWS });
      },
      { rootMargin: '1000px' },
    );
    observer.current.observe(element);
  };
  return [end, watch];
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
