import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { utc, utcWithSeconds } from '../../format/time';
import { texts } from '../../texts';
import type { Lane, Mark } from './lanes';
import { shift, type Span, tickLabel, ticks, zoom } from './scale';

const { timeline: words } = texts;
const [LANE, TOP, FOOT, GUTTER] = [34, 6, 24, 8] as const;

interface AxisProps {
  readonly database: string;
  readonly lanes: readonly Lane[];
  readonly span: Span;
  readonly atMs: number;
  readonly onSpan: (span: Span) => void;
  readonly onMoment: (ms: number) => void;
}

/** The timeline of one database. A click, or the arrow keys, choose a moment. */
export function Axis(props: AxisProps): JSX.Element {
  const { lanes, span, atMs, onMoment } = props;
  const [box, width] = useWidth();
  const height = TOP + lanes.length * LANE + FOOT;
  const xOf = (ms: number): number => GUTTER + ((ms - span.fromMs) / (span.toMs - span.fromMs)) * (width - 2 * GUTTER);
  const msOf = (x: number): number => span.fromMs + ((x - GUTTER) / (width - 2 * GUTTER)) * (span.toMs - span.fromMs);
  const choose = (event: MouseEvent): void => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    onMoment(Math.round(msOf(event.clientX - left) / 1000) * 1000);
  };
  return (
    <div
      ref={box}
      class="axis-box"
      role="slider"
      tabIndex={0}
      aria-label={words.momentOf(props.database)}
      aria-valuemin={span.fromMs}
      aria-valuemax={span.toMs}
      aria-valuenow={atMs}
      aria-valuetext={utcWithSeconds(new Date(atMs).toISOString())}
      aria-describedby="axis-keys"
      onClick={choose}
      onKeyDown={(event) => turnKey(event, props)}
    >
      <svg width={width} height={height} aria-hidden="true">
        {ticks(span, Math.max(2, Math.floor(width / 90))).map((ms) => (
          <g key={ms}>
            <line class="tick" x1={xOf(ms)} x2={xOf(ms)} y1={TOP} y2={height - FOOT} />
            <text class="tick-label" x={xOf(ms)} y={height - 8} text-anchor="middle">
              {tickLabel(ms, span)}
            </text>
          </g>
        ))}
        {lanes.map(({ name, marks }, index) => (
          <g key={name} class={`lane ${name}`}>
            <text class="lane-name" x={GUTTER} y={TOP + index * LANE + 11}>
              {words.lanes[name] ?? name}
            </text>
            {marks.map((mark) => (
              <MarkShape
                key={`${mark.label} ${mark.fromMs}`}
                mark={mark}
                y={TOP + index * LANE + 22}
                xOf={xOf}
                width={width}
              />
            ))}
          </g>
        ))}
        <line class="moment" x1={xOf(atMs)} x2={xOf(atMs)} y1={0} y2={height - FOOT} />
      </svg>
    </div>
  );
}

function MarkShape({
  mark,
  y,
  xOf,
  width,
}: {
  readonly mark: Mark;
  readonly y: number;
  readonly xOf: (ms: number) => number;
  readonly width: number;
}): JSX.Element | null {
  const [from, to] = [Math.max(-9, xOf(mark.fromMs)), Math.min(width + 9, xOf(mark.toMs))];
  if (from > width || to < 0) return null;
  const title = <title>{`${mark.label} · ${utc(new Date(mark.fromMs).toISOString())}`}</title>;
  if (to - from < 4) {
    return (
      <circle class="mark" cx={from} cy={y} r="5">
        {title}
      </circle>
    );
  }
  return (
    <rect class="mark" x={from} y={y - 5} width={to - from} height="10" rx="3">
      {title}
    </rect>
  );
}

function turnKey(event: KeyboardEvent, { span, atMs, onMoment, onSpan }: AxisProps): void {
  const step = (span.toMs - span.fromMs) / (event.shiftKey ? 10 : 100);
  const turns: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => onMoment(Math.round(atMs - step)),
    ArrowRight: () => onMoment(Math.round(atMs + step)),
    PageUp: () => onSpan(shift(span, -0.5)),
    PageDown: () => onSpan(shift(span, 0.5)),
    '+': () => onSpan(zoom(span, 0.5, atMs)),
    '-': () => onSpan(zoom(span, 2, atMs)),
  };
  const turn = turns[event.key];
  if (turn === undefined || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  turn();
}

/** The width that the page gives it, in pixels, so that texts keep their size. */
function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(280, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}
