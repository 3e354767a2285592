const MIB = 1024 * 1024;
/** Azure's limit of blocks in one blob (azure-facts.md, "Blob data plane"). */
export const MAX_BLOCKS = 50_000;
const SMALLEST = 8 * MIB;
const LARGEST = 512 * MIB;
/** The block size doubles each time that many blocks are staged, so that a wrong estimate never meets the limit. */
const BLOCKS_PER_STEP = 8_000;
/** Buffers of all blocks on their way; with blocks of 16 MiB or less the worker stays below 200 MiB. */
const MEMORY_FOR_BLOCKS = 80 * MIB;

/**
 * Size in bytes of the next block of a dump whose final size is not known. It starts from twice the expected size spread
 * over 16,000 blocks and doubles with every 8,000 blocks staged: 8 MiB blocks end at (8+16+32+64+128+256) × 8,000 MiB
 * ≈ 3.9 TiB after 48,000 blocks.
 */
export function nextBlockSize(expectedBytes: number, blocksStaged: number): number {
  const wanted = Math.ceil((expectedBytes * 2) / 16_000 / SMALLEST) * SMALLEST;
  const start = Math.max(SMALLEST, wanted);
  return Math.min(LARGEST, start * 2 ** Math.floor(blocksStaged / BLOCKS_PER_STEP));
}

/** How many blocks of this size may be on their way at once: at least one, at most what was asked for. */
export function blocksInFlight(blockSizeBytes: number, asked: number): number {
  return Math.max(1, Math.min(asked, Math.floor(MEMORY_FOR_BLOCKS / blockSizeBytes) - 1));
}
