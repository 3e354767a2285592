/** One measured number, beside its peer and its goal. */
export interface Row {
  readonly name: string;
  readonly unit: 's' | 'ms' | 'MiB' | 'MB' | 'kB';
  /** A median, where it was measured in rounds. */
  readonly value: number;
  /** The value of the peer that it is compared with. */
  readonly baseline: number | null;
  /** How many times better than the baseline (of wall times: `timesFaster`); for the verification: the part of the dump's time. */
  readonly ratio: number | null;
  readonly goal: string | null;
  readonly met: boolean | null;
}

export interface Goal {
  readonly of: 'ratio' | 'value';
  readonly is: 'at least' | 'at most';
  readonly limit: number;
}

export function row(
  name: string,
  unit: Row['unit'],
  value: number,
  compared: { readonly baseline?: number | undefined; readonly ratio?: number | undefined; readonly goal?: Goal } = {},
): Row {
  const { baseline, ratio, goal } = compared;
  return {
    ...{ name, unit, value: rounded(value) },
    baseline: baseline === undefined ? null : rounded(baseline),
    ratio: ratio === undefined ? null : rounded(ratio),
    goal: goal === undefined ? null : `${goal.of} ${goal.is === 'at least' ? '>=' : '<='} ${goal.limit}`,
    met: goal === undefined ? null : isMet(goal, goal.of === 'value' ? value : ratio),
  };
}

/** Without a peer in this run nothing was shown: null. */
function isMet(goal: Goal, measured: number | undefined): boolean | null {
  if (measured === undefined) return null;
  return goal.is === 'at least' ? measured >= goal.limit : measured <= goal.limit;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/**
 * How many times faster `ours` is than `peer`: the median of the ratios of the rounds, as what slows the machine for some
 * minutes slows both of a round. @param peer milliseconds, one per round, as `ours` in the same order
 */
export function timesFaster(peer: readonly number[], ours: readonly number[]): number {
  return median(ours.map((ms, round) => (peer[round] ?? NaN) / ms));
}

const rounded = (value: number): number => Number(value.toPrecision(4));
