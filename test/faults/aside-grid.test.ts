import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorker } from '../fixtures/faults/bundle-worker';
import { startAzurite } from '../../infra/local/environment/azurite';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import type { AsideCell } from '../fixtures/faults/aside-cell';
import { type AsideGrid, AsideScene, swapOnce } from '../fixtures/faults/aside-scene';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { DatabaseGate } from '../fixtures/faults/database-gate';
import { DROP_CELLS } from './cells/drop-cells';
import { UNDO_CELLS } from './cells/undo-cells';

const MAJOR = 17;
const NUMBER_OF_CELLS = 45;
const ALL = [...UNDO_CELLS, ...DROP_CELLS];
/** For working on one cell: FAULT_CELLS='before the switch' npm run test:faults. */
const WANTED = new RegExp(process.env['FAULT_CELLS'] ?? '');

const titleOf = ({ kind, fault, expected }: AsideCell): string => `${kind}: ${fault} → ${expected}`;

const cleanup = new Cleanup();
let grid: AsideGrid;

beforeAll(async () => {
  const toolsDir = await bundledTools();
  const folder = await makeScratchFolder('aside-grid');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  const server = await cleanup.add(startPostgres({ major: MAJOR, settings: { max_prepared_transactions: '4' } }));
  const gate = await cleanup.add(DatabaseGate.start(server.port));
  const given = { folder, toolsDir, server, store, gate, worker: await bundleWorker(folder) };
  grid = { ...given, swap: await swapOnce(given) };
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

describe('a database that a swap put aside, under a fault', () => {
  it.each(ALL.map((cell, index) => [titleOf(cell), cell, index + 1] as const).filter(([title]) => WANTED.test(title)))(
    '%s',
    async (_, cell, number) => {
      grid.gate.reset();
      const scene = new AsideScene(grid, cell, number);
      try {
        const { expected, live, beside, isDumped, told } = cell;
        expect(await scene.run()).toEqual({
          ...{ expected, live, beside: beside === undefined ? [] : [beside] },
          ...{ isDumped: isDumped ?? false, told: told ?? 'kept' },
        });
      } finally {
        await scene.dropAll();
      }
    },
  );

  it(`has ${NUMBER_OF_CELLS} cells`, () => {
    expect(ALL).toHaveLength(NUMBER_OF_CELLS);
    expect(new Set(ALL.map(titleOf)).size).toBe(NUMBER_OF_CELLS);
  });
});
