import { Client } from 'pg';
import type { Cell, Outcome, Stage } from '../../fixtures/faults/cell';
import { complainUnless } from '../../fixtures/faults/cell';
import type { GateConnection } from '../../fixtures/faults/database-gate';
import { gatedUrl } from '../../fixtures/faults/lane';
import type { Scene } from '../../fixtures/faults/scene';
import { before, BLOCK, COMMIT, once, READ_BACK } from '../../fixtures/faults/storage-faults';

/** Connections of one attempt, in their order: the preflight, the snapshot, pg_dump. */
const SNAPSHOT = 2;
const PG_DUMP = 3;
const MIDDLE_BYTES = 8.5 * 1024 * 1024;

function cut(
  stage: Stage,
  fault: string,
  expected: Outcome,
  when: (connection: GateConnection) => boolean,
  times = 1,
): Cell {
  return { stage, fault, expected: [expected], act: (scene) => request(scene, () => scene.lane.gate.cut(when, times)) };
}

async function request(scene: Scene, prepare: () => unknown): Promise<readonly string[]> {
  await scene.startHost();
  await prepare();
  const jobId = await scene.request();
  await scene.end(jobId);
  return [jobId];
}

/** The server or the way to it fails. */
export const DATABASE_CELLS: readonly Cell[] = [
  cut(
    'before the first byte',
    'the first connection is cut, once',
    'succeeded after take-over',
    ({ number }) => number === 1,
  ),
  cut(
    'before the first byte',
    "the snapshot's connection is cut at once",
    'succeeded after take-over',
    ({ number }) => number === SNAPSHOT,
  ),
  cut(
    'before the first byte',
    "pg_dump's connection is cut before its first byte",
    'succeeded after take-over',
    ({ number }) => number === PG_DUMP,
  ),
  cut(
    'in the middle',
    "pg_dump's connection is cut, once",
    'succeeded after take-over',
    ({ bytesFromServer }) => bytesFromServer > MIDDLE_BYTES,
  ),
  cut(
    ...(['in the middle', "pg_dump's connection is cut, always", 'failed: database-connection-lost'] as const),
    ({ bytesFromServer }) => bytesFromServer > MIDDLE_BYTES,
    Number.POSITIVE_INFINITY,
  ),
  {
    ...{ stage: 'before the job runs', fault: 'the server is gone', expected: ['failed: database-unreachable'] },
    act: (scene) => request(scene, () => scene.lane.gate.shut()),
  },
  {
    ...{ stage: 'in the middle', fault: "the snapshot's connection is cut", expected: ['succeeded after take-over'] },
    storage: ({ lane }) => [
      once(
        BLOCK,
        before(() => lane.gate.cutNow(({ number }) => number === SNAPSHOT)),
        2,
      ),
    ],
  },
  {
    ...{ stage: 'in the middle', fault: 'the server goes and stays gone', expected: ['failed: database-unreachable'] },
    storage: ({ lane }) => [
      once(
        BLOCK,
        before(() => lane.gate.shut()),
        1,
      ),
    ],
  },
  {
    ...{ stage: 'after the last byte', fault: 'all connections are cut', expected: ['succeeded'] },
    storage: ({ lane }) => [
      once(
        COMMIT,
        before(() => lane.gate.cutNow()),
      ),
    ],
  },
  {
    ...{ stage: 'after the last byte', fault: 'the server goes and stays gone', expected: ['succeeded'] },
    storage: ({ lane }) => [
      once(
        COMMIT,
        before(() => lane.gate.shut()),
      ),
    ],
  },
  {
    ...{ stage: 'during read-back', fault: 'the server goes and stays gone', expected: ['succeeded'] },
    storage: ({ lane }) => [
      once(
        READ_BACK,
        before(() => lane.gate.shut()),
      ),
    ],
  },
  {
    ...{ stage: 'before the job runs', fault: 'wrong password', expected: ['failed: database-login-refused'] },
    act: async (scene) => {
      const url = gatedUrl(scene.lane).replace(/:[^:/@]*@/, ':wrong@');
      await scene.startHost({ [`DATABASE_URL_${variableOf(scene)}`]: url });
      const jobId = await scene.request();
      await scene.end(jobId);
      return [jobId];
    },
  },
  {
    ...{ stage: 'before the job runs', fault: 'no such database', expected: ['failed: database-missing'] },
    act: async (scene) => {
      await scene.startHost({ [`DATABASE_URL_${variableOf(scene)}`]: `${gatedUrl(scene.lane)}_missing` });
      const jobId = await scene.request();
      await scene.end(jobId);
      return [jobId];
    },
  },
  {
    ...{ stage: 'before the first byte', fault: 'a migration holds a table locked, for ever' },
    ...{ expected: ['failed: lock-wait-timeout'], settings: { DUMP_LOCK_WAIT_SECONDS: '1' } },
    act: (scene) => withLockedTable(scene, () => request(scene, () => undefined)),
    also: ([record]) => {
      const named = /in the way: process \d+ of postgres .*holds ACCESS EXCLUSIVE on public\.memories/;
      return complainUnless(
        named.test(record?.error?.detail ?? ''),
        `the blocker is not named: ${record?.error?.detail}`,
      );
    },
  },
  {
    ...{ stage: 'before the first byte', fault: 'a migration holds a table locked, and ends' },
    ...{
      expected: ['succeeded after take-over'],
      settings: { DUMP_LOCK_WAIT_SECONDS: '1', JOB_RETRY_DELAY_SECONDS: '3' },
    },
    act: async (scene) => {
      await scene.startHost();
      const jobId = await withLockedTable(scene, async () => {
        const requested = await scene.request();
        await scene.until(requested, ({ retries }) => retries > 0);
        return requested;
      });
      await scene.end(jobId);
      return [jobId];
    },
  },
];

const variableOf = ({ lane }: Scene): string => lane.name.toUpperCase().replace('-', '_');

async function withLockedTable<T>({ lane }: Scene, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: lane.grid.server.url(lane.database) });
  await client.connect();
  try {
    await client.query('begin; lock table memories in access exclusive mode');
    return await work();
  } finally {
    await client.end();
  }
}
