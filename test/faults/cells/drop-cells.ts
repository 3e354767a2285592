import { Client } from 'pg';
import { sql } from '../../fixtures/environment/sql';
import type { AsideCell } from '../../fixtures/faults/aside-cell';
import type { AsideScene } from '../../fixtures/faults/aside-scene';
import type { ToolPlan } from '../../fixtures/faults/faulty-tools';
import type { KillPoint } from '../../fixtures/faults/restore-cell';

type Cell = Omit<AsideCell, 'kind' | 'live'>;

const DROPPED = { isDumped: true, told: 'dropped' } as const;
const KEPT = { beside: 'old' } as const;
const DROP = /drop database /;

const killed = (where: string, ...killedAt: KillPoint[]): Cell => ({
  ...{ fault: `the host is killed ${where}`, expected: 'succeeded after take-over', ...DROPPED, killedAt },
});

function cut(fault: string, when: 'before' | 'after', then: Omit<Cell, 'fault'>): Cell {
  return {
    ...{ fault, ...then },
    prepare: ({ grid }) => {
      grid.gate.cutAt(DROP, when);
      return Promise.resolve(undefined);
    },
  };
}

function faulty(fault: string, plan: ToolPlan, expected: Cell['expected']): Cell {
  return { fault, expected, ...KEPT, tools: plan };
}

async function connect({ grid, previous }: AsideScene): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: grid.server.url(previous) });
  await client.connect();
  return () => client.end();
}

async function prepareTransaction({ grid, previous }: AsideScene): Promise<undefined> {
  await sql(grid.server, previous, 'begin', 'lock table a_words in share mode', `prepare transaction 'of_${previous}'`);
}

const CELLS: readonly Cell[] = [
  { fault: 'nothing', expected: 'succeeded', ...DROPPED },
  killed('before it checks', 'begin: check'),
  killed('after it checks', 'unrecorded: check'),
  killed('before the dump', 'begin: dump'),
  killed('after the dump', 'unrecorded: dump'),
  killed('before the roles are dumped', 'begin: globals'),
  killed('before the dump is verified', 'begin: verify'),
  killed('after the dump is verified', 'unrecorded: verify'),
  killed('before the manifest', 'begin: publish'),
  killed('after the manifest', 'unrecorded: publish'),
  killed('before it drops', 'begin: drop'),
  killed('right before DROP DATABASE', 'noted: dropping'),
  killed('after DROP DATABASE', 'unrecorded: drop'),
  killed('before it tells the swap', 'begin: tell'),
  killed('after it told the swap', 'unrecorded: tell'),
  {
    ...killed('twice before the dump', 'begin: dump', 'begin: dump'),
    ...{ expected: 'failed: killed-repeatedly', isDumped: false, told: 'kept', ...KEPT },
  },
  {
    ...killed('twice right before DROP DATABASE', 'noted: dropping', 'noted: dropping'),
    ...{ expected: 'failed: killed-repeatedly', told: 'kept', ...KEPT },
  },
  {
    ...killed('twice after DROP DATABASE', 'unrecorded: drop', 'unrecorded: drop'),
    expected: 'succeeded, the stop came too late',
  },
  cut('the connection is cut before DROP DATABASE', 'before', {
    ...{ expected: 'failed: database-connection-lost', isDumped: true, ...KEPT },
  }),
  cut('the answer to DROP DATABASE is lost', 'after', { expected: 'succeeded, the stop came too late', ...DROPPED }),
  faulty('pg_dump is killed', { tool: 'pg_dump', at: 'before', does: 'killed' }, 'failed: dump-killed'),
  faulty('pg_dump ends before it wrote', { tool: 'pg_dump', at: 'before', does: 'cut' }, 'failed: dump-empty'),
  faulty('pg_dump ends too early', { tool: 'pg_dump', at: 'after', does: 'cut' }, 'failed: archive-undecodable'),
  faulty(
    'pg_restore cannot read the dump',
    { tool: 'pg_restore', at: 'before', does: 'exit-1' },
    'failed: archive-undecodable',
  ),
  { fault: 'somebody is connected', expected: 'failed: previous-kept', ...KEPT, prepare: connect },
  { fault: 'a prepared transaction is in it', expected: 'failed: previous-kept', ...KEPT, prepare: prepareTransaction },
];

/** The live database is none of its business. */
export const DROP_CELLS: readonly AsideCell[] = CELLS.map((cell) => ({ ...cell, kind: 'drop-previous', live: 'new' }));
