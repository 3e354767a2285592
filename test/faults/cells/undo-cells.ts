import { Client, escapeIdentifier } from 'pg';
import { startInsistingClients } from '../../fixtures/restore/insisting-clients';
import { sql } from '../../fixtures/environment/sql';
import type { AsideCell } from '../../fixtures/faults/aside-cell';
import type { AsideScene } from '../../fixtures/faults/aside-scene';
import type { KillPoint } from '../../fixtures/faults/restore-cell';

type Cell = Omit<AsideCell, 'kind'>;

const UNDONE = { live: 'old', beside: 'new', told: 'undone' } as const;
const AS_BEFORE = { live: 'new', beside: 'old' } as const;

/** The statements of a switch: two renames, two comments, and at last the commit. */
const FIRST_RENAME = /Q....begin\0.*alter database [^\0]+ rename to/s;
const COMMIT = /rename to.*rename to.*Q....commit\0/s;

function cut(fault: string, text: RegExp, when: 'before' | 'after', then: Omit<Cell, 'fault'>): Cell {
  return {
    ...{ fault, ...then },
    prepare: ({ grid }) => {
      grid.gate.cutAt(text, when);
      return Promise.resolve(undefined);
    },
  };
}

const killed = (where: string, ...killedAt: KillPoint[]): Cell => ({
  ...{ fault: `the host is killed ${where}`, expected: 'succeeded after take-over', ...UNDONE, killedAt },
});

/** A prepared transaction stands for a session that nobody can end. */
async function prepareTransaction({ grid, live }: AsideScene): Promise<undefined> {
  await sql(grid.server, live, 'begin', 'lock table a_words in share mode', `prepare transaction 'of_${live}'`);
}

/** A session of a superuser, which the limited admin login may not end. */
async function connectSuperuser({ grid, live }: AsideScene): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: grid.server.url(live) });
  await client.connect();
  return () => client.end();
}

/** Clients that come back at once, whenever they are thrown out. */
async function letClientsInsist({ grid, live }: AsideScene): Promise<() => Promise<void>> {
  await sql(grid.server, live, 'create table written (n bigint)');
  const clients = startInsistingClients(grid.server.url(live), 4);
  return async () => {
    await clients.stop();
  };
}

const previously =
  (statement: (previous: string) => string) =>
  async ({ grid, previous }: AsideScene): Promise<undefined> => {
    await sql(grid.server, 'postgres', statement(escapeIdentifier(previous)));
  };

const CELLS: readonly Cell[] = [
  { fault: 'nothing', expected: 'succeeded', ...UNDONE },
  killed('before it plans', 'begin: plan'),
  killed('before it records the plan', 'unrecorded: plan'),
  killed('when it begins to switch', 'begin: switch'),
  killed('when it has read the marker', 'noted: previous'),
  killed('before the switch', 'noted: switch'),
  killed('after the switch', 'unrecorded: switch'),
  {
    ...killed('twice before the switch', 'noted: switch', 'noted: switch'),
    expected: 'failed: killed-repeatedly',
    ...AS_BEFORE,
    told: 'kept',
  },
  {
    ...killed('twice after the switch', 'unrecorded: switch', 'unrecorded: switch'),
    expected: 'succeeded, the stop came too late',
  },
  cut('the connection is cut before the first rename', FIRST_RENAME, 'before', {
    ...{ expected: 'failed: database-connection-lost', ...AS_BEFORE },
  }),
  cut('the connection is cut after the first rename', FIRST_RENAME, 'after', {
    ...{ expected: 'failed: database-connection-lost', ...AS_BEFORE },
  }),
  cut('the connection is cut before the commit', COMMIT, 'before', {
    ...{ expected: 'failed: database-connection-lost', ...AS_BEFORE },
  }),
  cut('the answer to the commit is lost', COMMIT, 'after', {
    ...{ expected: 'succeeded, the stop came too late', ...UNDONE },
  }),
  {
    fault: 'a prepared transaction stays in the live database',
    ...{ expected: 'failed: swap-blocked', ...AS_BEFORE, prepare: prepareTransaction },
  },
  {
    fault: 'a session may not be ended',
    ...{ expected: 'failed: swap-blocked', ...AS_BEFORE, isLimited: true, prepare: connectSuperuser },
  },
  {
    fault: 'clients come back whenever they are ended',
    ...{ expected: 'succeeded', ...UNDONE, prepare: letClientsInsist },
  },
  {
    fault: 'the previous database was renamed by hand',
    ...{ expected: 'failed: undo-too-late', ...AS_BEFORE },
    prepare: previously((name) => `alter database ${name} rename to ${name.replace('_before_', '_kept_')}`),
  },
  {
    fault: 'the previous database lost its marker',
    ...{ expected: 'failed: database-missing', ...AS_BEFORE },
    prepare: previously((name) => `comment on database ${name} is 'ours'`),
  },
  {
    fault: 'the previous database was dropped by hand',
    ...{ expected: 'failed: undo-too-late', live: 'new' },
    prepare: previously((name) => `drop database ${name}`),
  },
];

export const UNDO_CELLS: readonly AsideCell[] = CELLS.map((cell) => ({ ...cell, kind: 'undo' }));
