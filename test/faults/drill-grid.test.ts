import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { DrillEvidence } from '../../shared/domain/drills/drill';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { requestDrill } from '../../shared/operations/drills/request-drill';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
import {
  breakLock,
  CALLS_FOR_A_SERVER,
  DELETION,
  isCreation,
  isPoll,
  runUntilKilled,
  firstThree,
} from '../fixtures/azure/killed-worker';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const NUMBER_OF_CELLS = 29;
/** Where the data of every new server is: a real one, which the cells have one after the other. */
const DRILLS = '127.0.0.77';
const NOBODY = '127.0.0.78';

const cleanup = new Cleanup();
const finished: string[] = [];
let store: LocalBlobStore;
let source: LocalPostgres;
let scene: AzureScene;
let madeAt = DRILLS;

beforeAll(async () => {
  const tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  source = await cleanup.add(startPostgres({ major: 17 }));
  const settings = { listen_addresses: DRILLS };
  const drills = await cleanup.add(startPostgres({ major: 17, port: source.port, settings }));
  const onDrills = (statement: string): Promise<void> => askThere(drills, statement);
  await onDrills('create role lifebook_drill login createdb createrole');
  await sql(source, 'postgres', 'create database family');
  // a role that a new server has not: what is its own is left out and told
  await sql(source, 'postgres', 'create role family_owner');
  const rows = 'insert into moments values (1), (2), (3)';
  await sql(
    source,
    'family',
    'create table moments (id int primary key)',
    rows,
    'alter table moments owner to family_owner',
  );
  const urls = { DATABASE_URL: source.url('family'), DATABASE_ADMIN_URL: source.url('postgres') };
  const app = { ...urls, PGTOOLS_DIR: tools, DRILL_MOMENT_AGE_SECONDS: '60' };
  scene = await cleanup.add(
    startAzureScene(
      store,
      app,
      // the source plays its own past: what is on it is no matter here
      () => Promise.resolve({ host: source.host }),
      async ({ login }) => {
        await onDrills(`alter role lifebook_drill password '${login?.password ?? ''}'`);
        return { host: madeAt };
      },
    ),
  );
  await startBackupApp(store, app).succeed();
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(async () => {
  process.stdout.write(`\n${finished.join('\n')}\n${finished.length} cells of drills\n`);
  await cleanup.stopAll();
});

async function askThere({ port, superuser: user, password }: LocalPostgres, statement: string): Promise<void> {
  const client = new Client({ host: DRILLS, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function setTheScene(): void {
  scene.arm.fault = undefined;
  scene.arm.behaviour = { accept: '202', ends: 'Succeeded' };
  scene.arm.calls.length = 0;
  scene.arm.takenNames.clear();
  for (const name of [...scene.arm.servers.keys()]) if (name !== 'lifebook-db') scene.arm.servers.delete(name);
  scene.source.earliestRestoreDate = '2026-01-01T00:00:00.1234567+00:00';
  scene.source.network = { publicNetworkAccess: 'Enabled' };
  madeAt = DRILLS;
}

type Source = 'newest' | 'pitr';

const request = async (from: Source): Promise<string> =>
  (await requestDrill(scene.systems, { database: 'family', source: from }, 'test', undefined)).jobId;

async function outcomeOf({ jobId, state, error }: JobRecord): Promise<string> {
  const evidence: DrillEvidence | undefined = await scene.systems.evidence.read(jobId);
  return `${state}${error === undefined ? '' : `: ${error.code}`}, ${evidence?.verdict ?? 'no evidence'}`;
}

const left = (): number => scene.arm.servers.size - 1;

const [, isDeletion] = DELETION;
const PASSED = 'succeeded, passed';

interface Cell {
  readonly drill: Source;
  readonly fault: string;
  readonly expected: string;
  /** Servers that were ever made, and that are there in the end. */
  readonly servers: readonly [made: 0 | 1, left: 0 | 1];
  readonly prepare: () => void;
}

const CELLS: readonly Cell[] = [
  {
    ...{ drill: 'newest', fault: 'Azure makes no server', servers: [1, 0] },
    expected: 'failed: azure-operation-failed, infrastructure-failed',
    prepare: () => void (scene.arm.behaviour.ends = 'Failed'),
  },
  {
    ...{ drill: 'newest', fault: 'the creation is refused', servers: [0, 0] },
    expected: 'failed: azure-refused, infrastructure-failed',
    prepare: () => void (scene.arm.fault = (call) => (isCreation(call) ? { status: 403 } : undefined)),
  },
  {
    ...{ drill: 'newest', fault: 'the answer to the creation is lost', expected: PASSED, servers: [1, 0] },
    prepare: () => void (scene.arm.fault = firstThree(isCreation, 'reset', 'after')),
  },
  {
    ...{ drill: 'newest', fault: 'accepted by a 201 without headers', expected: PASSED, servers: [1, 0] },
    prepare: () => void (scene.arm.behaviour.accept = '201 without headers'),
  },
  {
    ...{ drill: 'newest', fault: 'polls answer 404 for ever', expected: PASSED, servers: [1, 0] },
    prepare: () => void (scene.arm.fault = (call) => (isPoll(call) ? { status: 404 } : undefined)),
  },
  {
    ...{ drill: 'newest', fault: 'nobody listens on the new server', servers: [1, 0] },
    expected: 'failed: database-unreachable, infrastructure-failed',
    prepare: () => void (madeAt = NOBODY),
  },
  {
    ...{ drill: 'newest', fault: 'the source is reached by private endpoints', servers: [0, 0] },
    expected: 'failed: network-unsupported, infrastructure-failed',
    prepare: () => void (scene.source.network = { publicNetworkAccess: 'Disabled' }),
  },
  {
    ...{ drill: 'newest', fault: 'the deletion is busy three times', expected: PASSED, servers: [1, 0] },
    prepare: () => void (scene.arm.fault = firstThree(isDeletion, { status: 409 }, 'before')),
  },
  {
    ...{ drill: 'newest', fault: 'the deletion is refused', expected: PASSED, servers: [1, 1] },
    prepare: () => void (scene.arm.fault = (call) => (isDeletion(call) ? { status: 403 } : undefined)),
  },
  {
    ...{ drill: 'pitr', fault: 'Azure restores no server', servers: [1, 0] },
    expected: 'failed: azure-operation-failed, infrastructure-failed',
    prepare: () => void (scene.arm.behaviour.ends = 'Canceled'),
  },
  {
    ...{ drill: 'pitr', fault: 'the source has no earliest date', servers: [0, 0] },
    expected: 'failed: outside-restore-window, infrastructure-failed',
    prepare: () => void (scene.source.earliestRestoreDate = undefined),
  },
];

describe('a drill under a fault', () => {
  it.each(CELLS.map((cell) => [`${cell.drill}: ${cell.fault} → ${cell.expected}`, cell] as const))(
    '%s',
    async (title, cell) => {
      setTheScene();
      cell.prepare();
      const record = await scene.end(await request(cell.drill));
      expect(`${cell.drill}: ${cell.fault} → ${await outcomeOf(record)}`).toBe(title);
      expect([scene.arm.takenNames.size, left()]).toEqual(cell.servers);
      finished.push(title);
    },
  );
});

/** Those after which something is there or is changed, and the looks that decide on it. */
const NOT_KILLED = ['reading the source', 'listing firewall rules', 'listing parameters'];
const KILLS = [
  ...[...CALLS_FOR_A_SERVER.filter(([name]) => !NOT_KILLED.includes(name)), DELETION].map(
    ([name, which]) => ['newest', name, which] as const,
  ),
  ...[...CALLS_FOR_A_SERVER, DELETION]
    .filter(([, which]) => which === isCreation || which === isDeletion)
    .map(([name, which]) => ['pitr', name, which] as const),
];

describe.each(['before', 'after'] as const)('a worker of a drill that is killed %s', (stage) => {
  it.each(KILLS)(
    '(%s) %s leaves a job that another one ends, one server ever and none at last',
    async (from, name, which) => {
      setTheScene();
      // a restore needs extensions, a clone every parameter
      if (!scene.source.parameters.has('azure.extensions')) {
        const parameter = { value: 'PGCRYPTO', source: 'user-override', isDynamic: true } as const;
        scene.source.parameters.set('azure.extensions', { ...parameter, isReadOnly: false, isPendingRestart: false });
      }
      const jobId = await request(from);
      await runUntilKilled(scene, jobId, which, stage);
      await breakLock(store, 'drill-family');
      const record = await scene.end(jobId);
      expect(await outcomeOf(record)).toBe(PASSED);
      expect(Object.values(record.kills)).toEqual([1]);
      expect([scene.arm.takenNames.size, left()]).toEqual([1, 0]);
      finished.push(`${from}: killed ${stage} ${name} → ${PASSED}, one server ever, none at last`);
    },
  );
});

it(`has ${NUMBER_OF_CELLS} cells`, () => {
  expect(CELLS.length + 2 * KILLS.length).toBe(NUMBER_OF_CELLS);
});
