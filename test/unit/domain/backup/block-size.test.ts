import { expect, it } from '@jest/globals';
import { blocksInFlight, MAX_BLOCKS, nextBlockSize } from '../../../../shared/domain/backup/block-size';

const MIB = 1024 ** 2;
const TIB = 1024 ** 4;

/** Blocks that a dump of this many bytes takes. */
function blocksFor(expectedBytes: number, actualBytes: number): number {
  let staged = 0;
  for (let stored = 0; stored < actualBytes; staged++) stored += nextBlockSize(expectedBytes, staged);
  return staged;
}

it('starts with 8 MiB for all but the largest databases', () => {
  expect(nextBlockSize(0, 0)).toBe(8 * MIB);
  expect(nextBlockSize(60 * 1024 ** 3, 0)).toBe(8 * MIB);
  expect(nextBlockSize(TIB, 0)).toBe(136 * MIB);
});

it('never needs more blocks than a blob may have, however wrong the estimate was', () => {
  expect(blocksFor(0, 3 * TIB)).toBeLessThan(MAX_BLOCKS);
  expect(blocksFor(TIB, 10 * TIB)).toBeLessThan(MAX_BLOCKS);
  expect(blocksFor(4 * TIB, 16 * TIB)).toBeLessThan(MAX_BLOCKS);
});

it('has fewer blocks on their way when they are larger', () => {
  expect(blocksInFlight(8 * MIB, 4)).toBe(4);
  expect(blocksInFlight(16 * MIB, 4)).toBe(4);
  expect(blocksInFlight(32 * MIB, 4)).toBe(1);
  expect(blocksInFlight(512 * MIB, 4)).toBe(1);
});
