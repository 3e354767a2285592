import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundleWorker } from '../fixtures/faults/bundle-worker';
import { type CopyCell, type CopyGrid, CopyScene } from '../fixtures/faults/copy-scene';
import { FaultProxy } from '../fixtures/faults/fault-proxy';
import { COPY_CELLS } from './cells/copy-cells';

const NUMBER_OF_CELLS = 22;
const titleOf = ({ fault, expected, copy }: CopyCell): string => `${fault} → ${expected}, ${copy}`;

const cleanup = new Cleanup();
let grid: CopyGrid;

beforeAll(async () => {
  const folder = await makeScratchFolder('copy-grid');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  const first = await cleanup.add(startAzurite({ inMemory: true }));
  const second = await cleanup.add(startAzurite({ inMemory: true }));
  const proxy = await cleanup.add(FaultProxy.start(Number(new URL(second.blobUrl).port)));
  grid = { first, second, proxy, worker: await bundleWorker(folder) };
});
afterAll(() => cleanup.stopAll());

describe('a second copy under a fault', () => {
  it.each(COPY_CELLS.map((cell, index) => [titleOf(cell), cell, index + 1] as const))('%s', async (_, cell, number) => {
    const { expected, copy } = cell;
    const isRecorded = copy === 'whole';
    expect(await new CopyScene(grid, cell, number).run()).toEqual({ expected, copy, isRecorded });
  });

  it(`has ${NUMBER_OF_CELLS} cells`, () => {
    expect(COPY_CELLS).toHaveLength(NUMBER_OF_CELLS);
    expect(new Set(COPY_CELLS.map(titleOf)).size).toBe(NUMBER_OF_CELLS);
  });
});
