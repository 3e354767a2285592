import type { JSX } from 'preact';
import { utc } from '../format/time';
import { texts } from '../texts';

export interface TrendPoint {
  readonly at: string;
  readonly value: number;
}

interface TrendProps {
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly TrendPoint[];
  readonly format: (value: number) => string;
}

const [WIDTH, HEIGHT, TOP, BOTTOM] = [320, 110, 8, 102] as const;

/** One measure over time, and the same numbers as a table. */
export function Trend({ title, points, format }: TrendProps): JSX.Element {
  const last = points.at(-1);
  const summary =
    last === undefined
      ? texts.trend.empty
      : texts.trend.summary(points.length, format(last.value), format(Math.max(...points.map(({ value }) => value))));
  return (
    <figure class="trend">
      <figcaption>
        {title} <strong>{last === undefined ? texts.none : format(last.value)}</strong>
      </figcaption>
      <Drawing points={points} format={format} label={`${title}: ${summary}`} />
      {points.length === 0 ? null : (
        <details>
          <summary>
            {texts.trend.table}
            <span class="hidden">: {title}</span>
          </summary>
          <ol reversed>
            {points.toReversed().map(({ at, value }) => (
              <li key={at}>
                {utc(at)}: {format(value)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </figure>
  );
}

function Drawing({ points, format, label }: Omit<TrendProps, 'title'> & { readonly label: string }): JSX.Element {
  const places = placesOf(points);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line class="axis" x1="0" x2={WIDTH} y1={BOTTOM} y2={BOTTOM} />
      <polyline class="line" points={places.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {places.map(({ x, y, point }) => (
        <circle key={point.at} class="dot" cx={x} cy={y} r="3">
          <title>{`${utc(point.at)}: ${format(point.value)}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** From zero up, so that a small change looks small. */
function placesOf(points: readonly TrendPoint[]): { x: number; y: number; point: TrendPoint }[] {
  const times = points.map(({ at }) => Date.parse(at));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const highest = Math.max(...points.map(({ value }) => value), Number.MIN_VALUE);
  return points.map((point) => ({
    point,
    x: Math.round(6 + (to === from ? 0.5 : (Date.parse(point.at) - from) / (to - from)) * (WIDTH - 12)),
    y: Math.round(BOTTOM - (point.value / highest) * (BOTTOM - TOP)),
  }));
}
