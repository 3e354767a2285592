/** The part of time that is on the screen. Milliseconds since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const HOUR_MS = 3_600_000;
const MIN_SPAN_MS = 10 * 60_000;
const MAX_SPAN_MS = 400 * 24 * HOUR_MS;

/** Factor below 1 comes nearer; what is at `aroundMs` stays where it is. */
export function zoom({ fromMs, toMs }: Span, factor: number, aroundMs: number): Span {
  const length = Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, (toMs - fromMs) * factor));
  const share = (aroundMs - fromMs) / (toMs - fromMs);
  return { fromMs: aroundMs - share * length, toMs: aroundMs + (1 - share) * length };
}

/** How long a span is at first: from the oldest of what there is to the moment, and something more, at most `mostMs`. */
export function firstLength(oldestMs: number, atMs: number, mostMs: number): number {
  const reach = atMs - oldestMs;
  return reach > 0 ? Math.min(mostMs, Math.max(MIN_SPAN_MS, reach * 1.5)) : mostMs;
}

export function shift({ fromMs, toMs }: Span, share: number): Span {
  const by = (toMs - fromMs) * share;
  return { fromMs: fromMs + by, toMs: toMs + by };
}

const STEPS_MS = [
  ...[5, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 3, 6, 12, 24, 48, 168, 336, 720, 2160].map((hours) => hours * HOUR_MS),
];

/** Round moments to write at the axis, at most `most`. UTC. */
export function ticks({ fromMs, toMs }: Span, most: number): number[] {
  const step = STEPS_MS.find((length) => (toMs - fromMs) / length <= most) ?? STEPS_MS.at(-1) ?? HOUR_MS;
  const first = Math.ceil(fromMs / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, index) => first + index * step);
}

/** `11-25 02:00` or, where the axis spans days, `11-25`. */
export function tickLabel(ms: number, { fromMs, toMs }: Span): string {
  const iso = new Date(ms).toISOString();
  return toMs - fromMs > 4 * 24 * HOUR_MS ? iso.slice(5, 10) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}
