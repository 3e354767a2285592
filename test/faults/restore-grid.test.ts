import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { DatabaseGate } from '../fixtures/faults/database-gate';
import type { RestoreCell } from '../fixtures/faults/restore-cell';
import { type RestoreGrid, RestoreScene } from '../fixtures/faults/restore-scene';
import { createSourceDatabases } from '../fixtures/faults/source-database';
import { limitFiles, RESTORE_CELLS } from './cells/restore-cells';

const MAJOR = 17;
const CELL_TIMEOUT_MS = 3 * 60_000;
const NUMBER_OF_CELLS = 35;
/** For working on one cell: FAULT_CELLS='connections are cut' npm run test:faults. */
const WANTED = new RegExp(process.env['FAULT_CELLS'] ?? '');

const titleOf = ({ mode, reads, fault, expected }: RestoreCell): string => `${mode}, ${reads}: ${fault} → ${expected}`;

const cleanup = new Cleanup();
let grid: RestoreGrid;

beforeAll(async () => {
  const toolsDir = await bundledTools();
  const folder = await makeScratchFolder('restore-grid');
  cleanup.also(() => rm(folder, { recursive: true, force: true }));
  const store = await cleanup.add(startAzurite());
  const server = await cleanup.add(startPostgres({ major: MAJOR, settings: { max_prepared_transactions: '4' } }));
  await createSourceDatabases(server, ['source']);
  // longer than a file of WAL: see "the disk is full"
  await sql(server, 'source', `insert into memories select id + 1000, family_id, body from memories where id <= 600`);
  const gate = await cleanup.add(DatabaseGate.start(server.port));
  const app = startBackupApp(store, { PGTOOLS_DIR: toolsDir, DATABASE_URL_GRID: server.url('source') });
  const { manifest } = await app.succeed();
  grid = { folder, toolsDir, server, store, gate, manifest };
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

describe('a restore under a fault', () => {
  it.each(
    RESTORE_CELLS.map((cell, index) => [titleOf(cell), cell, index + 1] as const).filter(([title]) =>
      WANTED.test(title),
    ),
  )(
    '%s',
    async (_, cell, number) => {
      grid.gate.reset();
      const scene = new RestoreScene(grid, cell, number);
      try {
        const outcome = await scene.run();
        limitFiles({ grid }, 'unlimited');
        const others = await scene.others();
        expect({
          outcome,
          live: await scene.contentsOf(scene.live),
          beside: await Promise.all(others.map((name) => scene.contentsOf(name))),
        }).toEqual({ outcome: cell.expected, live: cell.live, beside: cell.beside === undefined ? [] : [cell.beside] });
      } finally {
        limitFiles({ grid }, 'unlimited');
        await scene.dropAll();
      }
    },
    CELL_TIMEOUT_MS,
  );

  it(`has ${NUMBER_OF_CELLS} cells`, () => {
    expect(RESTORE_CELLS).toHaveLength(NUMBER_OF_CELLS);
    expect(new Set(RESTORE_CELLS.map(titleOf)).size).toBe(NUMBER_OF_CELLS);
  });
});
