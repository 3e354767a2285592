/** A restore of this installation that succeeded. */
export interface MeasuredRun {
  readonly sizeBytes: number;
  readonly seconds: number;
}

const RUNS = 5;

/** By the slower half of the newest runs, in proportion to the dump; null before there are any. */
export function expectedSeconds(sizeBytes: number, newestFirst: readonly MeasuredRun[]): number | null {
  const perByte = newestFirst
    .filter((run) => run.sizeBytes > 0)
    .slice(0, RUNS)
    .map((run) => run.seconds / run.sizeBytes)
    .sort((one, other) => one - other);
  const slow = perByte[Math.floor(perByte.length / 2)];
  return slow === undefined ? null : Math.ceil(slow * sizeBytes);
}
