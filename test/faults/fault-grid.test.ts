import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { guardLeftovers } from '../../infra/local/environment/leftover-guard';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { issueToken } from '../../infra/local/issuer/issue-token';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { makeAppFolder } from '../fixtures/faults/app-folder';
import type { Cell } from '../fixtures/faults/cell';
import { databaseOfLane, type Grid, type Lane, startLane } from '../fixtures/faults/lane';
import { drawTable, type FinishedCell } from '../fixtures/faults/report';
import { changedPrevious } from '../fixtures/faults/aftermath';
import { isPlain, makePast, runCell } from '../fixtures/faults/run-cell';
import { createSourceDatabases } from '../fixtures/faults/source-database';
import { BYTES_CELLS } from './cells/bytes-cells';
import { DATABASE_CELLS } from './cells/database-cells';
import { DELIVERY_CELLS } from './cells/delivery-cells';
import { HOST_CELLS } from './cells/host-cells';
import { STORAGE_CELLS } from './cells/storage-cells';
import { TOOL_CELLS } from './cells/tool-cells';

const LANES = 4;
const MAJOR = 17;
const GRID_TIMEOUT_MS = 15 * 60_000;
const NUMBER_OF_CELLS = 174;

const ALL = [...TOOL_CELLS, ...BYTES_CELLS, ...DATABASE_CELLS, ...STORAGE_CELLS, ...DELIVERY_CELLS, ...HOST_CELLS];
/** For working on one cell: FAULT_CELLS='lease is lost' npm run test:faults. */
const WANTED = new RegExp(process.env['FAULT_CELLS'] ?? '');
const CELLS = ALL.filter((cell) => WANTED.test(titleOf(cell)));

const cleanup = new Cleanup();
const finished = new Map<Cell, Promise<FinishedCell>>();
const lanes: Lane[] = [];
const beganAt = performance.now();

function titleOf({ stage, fault, expected }: Cell): string {
  return `${stage}: ${fault} → ${expected.join(' + ')}`;
}

beforeAll(async () => {
  const toolsDir = await bundledTools();
  const folder = await makeScratchFolder('fault-grid');
  // a run that is killed leaves nothing either
  const guard = guardLeftovers(folder);
  cleanup.also(() => guard.release());
  cleanup.also(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const server = await cleanup.add(startPostgres({ major: MAJOR }));
  const names = Array.from({ length: LANES }, (_, index) => databaseOfLane(index + 1));
  const databaseUrl = await createSourceDatabases(server, names);
  await mkdir(join(folder, 'app'));
  const token = await issueToken({ role: 'Admin', name: 'fault-grid', folder: join(folder, 'issuer') });
  const grid: Grid = {
    ...{ folder, toolsDir, server, databaseUrl, token, jwksFile: join(folder, 'issuer', 'jwks.json') },
    appDir: await makeAppFolder(join(folder, 'app')),
  };
  lanes.push(...(await Promise.all(names.map((_, index) => startLane(grid, cleanup, index + 1)))));
  // one after the other: the first of them all has cold caches
  for (const lane of lanes) await makePast(lane);
  startAll();
}, FIRST_BUILD_TIMEOUT_MS);

afterAll(async () => {
  const rows = await Promise.all(CELLS.flatMap((cell) => finished.get(cell) ?? []));
  const minutes = (performance.now() - beganAt) / 60_000;
  // past jest, which would put a stack trace under it
  process.stdout.write(`\n${drawTable(rows)}\n${rows.length} cells in ${minutes.toFixed(1)} minutes\n`);
  await Promise.all(lanes.map(async ({ standingHost }) => standingHost?.stop()));
  await cleanup.stopAll();
}, GRID_TIMEOUT_MS);

/**
 * Each lane takes the next cell when it is done with one. Those that wait for leases begin first; the plain ones come last,
 * so that a lane's standing host serves many of them.
 */
function startAll(): void {
  const waiting = CELLS.map((cell, index) => {
    let settle: (report: FinishedCell) => void = () => undefined;
    finished.set(cell, new Promise((resolve) => (settle = resolve)));
    return { cell, number: index + 1, settle: (report: FinishedCell) => settle(report) };
  }).sort((one, other) => rank(other.cell) - rank(one.cell));
  const work = async (lane: Lane): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      next.settle({ cell: next.cell, ...(await runCell(lane, next.cell, next.number)) });
    }
  };
  for (const lane of lanes) void work(lane);
}

const rank = (cell: Cell): number => (cell.waits ?? 0) + (isPlain(cell) ? 0 : 1);

describe('a backup under a fault', () => {
  it.each(CELLS.map((cell) => [titleOf(cell), cell] as const))(
    '%s',
    async (_, cell) => {
      const report = await finished.get(cell);
      if (report === undefined) throw new Error('the grid did not start');
      if (report.complaints.length > 0) throw new Error(`${report.complaints.join('\n')}\n${report.evidence}`);
    },
    GRID_TIMEOUT_MS,
  );

  it("left the bytes of each lane's first backup as they were", async () => {
    await Promise.all(finished.values());
    expect((await Promise.all(lanes.map(changedPrevious))).flat()).toEqual([]);
  });

  it(`has ${NUMBER_OF_CELLS} cells`, () => {
    expect(ALL).toHaveLength(NUMBER_OF_CELLS);
    expect(new Set(ALL.map(titleOf)).size).toBe(NUMBER_OF_CELLS);
  });
});
