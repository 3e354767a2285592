import { DATABASE, TEN_TIMES } from './data-set';
import { runWorker } from './contenders';
import { blocksInFlight, nextBlockSize } from '../../shared/domain/backup/block-size';
import type { Stage } from './stage';

const GIB = 1024 ** 3;
const CONCURRENCY = 4;

/** Databases so large that their blocks are of 8, 16 and 64 MiB; only that size is made believe, the rows are ours. */
const EXPECTED = [undefined, 100 * GIB, 450 * GIB];

export interface MemoryMeasured {
  readonly database: '1×' | '10×';
  readonly blockBytes: number;
  /** What the formula gives to blocks: (blocks on their way + 1) × block size. */
  readonly blocksBytes: number;
  readonly peakBytes: number;
}

/** The largest resident set of a worker that dumps, by block size and by size of the database. */
export async function measureMemory(
  stage: Stage,
  progress: (what: string) => void,
): Promise<{ dumps: MemoryMeasured[]; verificationPeaks: Record<'1×' | '10×', number> }> {
  const dumps: MemoryMeasured[] = [];
  const verificationPeaks = { '1×': 0, '10×': 0 };
  for (const [times, database] of [
    ['1×', DATABASE],
    ['10×', TEN_TIMES],
  ] as const) {
    for (const expectedBytes of EXPECTED) {
      await stage.emptyStore();
      const { result } = await runWorker(stage, database, expectedBytes === undefined ? {} : { expectedBytes });
      const blockBytes = nextBlockSize(expectedBytes ?? 0, 0);
      const blocksBytes = (blocksInFlight(blockBytes, CONCURRENCY) + 1) * blockBytes;
      dumps.push({ database: times, blockBytes, blocksBytes, peakBytes: result.peakBytes });
      progress(`memory at ${times}, blocks of ${mib(blockBytes)} MiB: ${mib(result.peakBytes)} MiB`);
      if (expectedBytes !== undefined) continue;
      const verified = await runWorker(stage, database, { verify: result.dumped });
      verificationPeaks[times] = verified.result.peakBytes;
    }
  }
  return { dumps, verificationPeaks };
}

export const mib = (bytes: number): number => Math.round(bytes / 1024 ** 2);
