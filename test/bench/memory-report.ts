import type { MemoryMeasured } from './memory';
import { mib } from './memory';
import { row, type Row } from './rows';

const MIB = 1024 ** 2;
const LARGEST_PEAK_MIB = 200;
const GOAL_UP_TO_BLOCKS_OF = 16 * MIB;
/** Node, the Azure SDK, the pieces of pg_dump's output that wait for the collector: what the formula adds to the blocks. */
export const BASE_MIB = 110;

export function reportMemory(
  dumps: readonly MemoryMeasured[],
  verificationPeaks: Readonly<Record<'1×' | '10×', number>>,
): { rows: Row[]; table: string[][] } {
  const goal = { of: 'value', is: 'at most', limit: LARGEST_PEAK_MIB } as const;
  const rows = dumps.map(({ database, blockBytes, blocksBytes, peakBytes }) => {
    const name = `worker's peak memory, dump at ${database}, blocks of ${mib(blockBytes)} MiB, against the formula`;
    const baseline = BASE_MIB + blocksBytes / MIB;
    const value = peakBytes / MIB;
    const compared = { baseline, ratio: value / baseline };
    return row(name, 'MiB', value, { ...compared, ...(blockBytes <= GOAL_UP_TO_BLOCKS_OF ? { goal } : {}) });
  });
  for (const times of ['1×', '10×'] as const) {
    rows.push(row(`worker's peak memory, verification at ${times}`, 'MiB', verificationPeaks[times] / MIB, { goal }));
  }
  const table = [
    ['worker', 'block', '(blocks on their way + 1) × block', 'formula', 'measured'],
    ...dumps.map(({ database, blockBytes, blocksBytes, peakBytes }) => [
      ...[`dump at ${database}`, `${mib(blockBytes)} MiB`, `${mib(blocksBytes)} MiB`],
      ...[`${BASE_MIB + mib(blocksBytes)} MiB`, `${mib(peakBytes)} MiB`],
    ]),
    ...(['1×', '10×'] as const).map((times) => [
      ...[`verification at ${times}`, '', '', '', `${mib(verificationPeaks[times])} MiB`],
    ]),
  ];
  return { rows, table };
}
