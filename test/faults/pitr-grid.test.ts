import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newServer } from '../../infra/local/azure/arm-state';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { OPERATION_FACTS } from '../../shared/operations/point-in-time/begin-server';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
import {
  breakLock,
  CALLS_FOR_A_SERVER,
  isCreation,
  isPoll,
  runUntilKilled,
  type WhichCall,
  firstThree,
} from '../fixtures/azure/killed-worker';
import { Cleanup } from '../fixtures/environment/cleanup';

const NUMBER_OF_CELLS = 37;
const DATABASE_URL = 'postgresql://reader:secret@127.0.0.1/lifebook';
const DATABASE_ADMIN_URL = 'postgresql://admin:secret@127.0.0.1/postgres';

/** A server's name that somebody else has. */
const TAKEN = 'lifebook-db-taken';

const cleanup = new Cleanup();
const finished: string[] = [];
let store: LocalBlobStore;
let scene: AzureScene;

beforeAll(async () => {
  store = await cleanup.add(startAzurite({ inMemory: true }));
  scene = await cleanup.add(startAzureScene(store, { DATABASE_URL, DATABASE_ADMIN_URL, ARM_POLL_SECONDS: '1' }));
});
afterAll(async () => {
  process.stdout.write(`\n${finished.join('\n')}\n${finished.length} cells of point-in-time restores\n`);
  await cleanup.stopAll();
});

async function request(targetServer?: string): Promise<string> {
  const at = { pointInTime: '2026-11-01T00:00:00.000Z', then: 'keep', targetServer };
  const order = { kind: 'pitr-restore', database: 'lifebook', request: at, requestedBy: 'test' } as const;
  return (await requestJob(scene.systems, order)).record.jobId;
}

function outcomeOf({ state, error }: JobRecord): string {
  return error === undefined ? state : `${state}: ${error.code}`;
}

/** Servers that this job has made, alive or not: one at most, whatever happened. */
function creations(): number {
  return [...scene.arm.takenNames].filter((name) => name !== TAKEN).length;
}

function setTheScene(): void {
  scene.arm.fault = undefined;
  scene.arm.behaviour = { accept: '202', ends: 'Succeeded' };
  scene.arm.calls.length = 0;
  scene.arm.takenNames.clear();
  for (const name of [...scene.arm.servers.keys()]) if (name !== 'lifebook-db') scene.arm.servers.delete(name);
  scene.source.earliestRestoreDate = '2026-01-01T00:00:00.1234567+00:00';
  scene.source.state = 'Ready';
}

interface Cell {
  readonly fault: string;
  readonly expected: string;
  readonly servers: 0 | 1;
  /** The name that is asked for; absent: the app's own choice. */
  readonly targetServer?: string;
  readonly prepare: (jobId: string) => void | Promise<void>;
}

const CELLS: readonly Cell[] = [
  ...[404, 429, 500].map((status): Cell => ({
    ...{ fault: `polls answer ${status}`, expected: 'succeeded', servers: 1 },
    prepare: () => void (scene.arm.fault = firstThree(isPoll, { status }, 'before')),
  })),
  {
    ...{ fault: 'polls are reset', expected: 'succeeded', servers: 1 },
    prepare: () => void (scene.arm.fault = firstThree(isPoll, 'reset', 'before')),
  },
  {
    ...{ fault: 'polls answer 404 for ever', expected: 'succeeded', servers: 1 },
    prepare: () => void (scene.arm.fault = (call) => (isPoll(call) ? { status: 404 } : undefined)),
  },
  {
    ...{ fault: 'the operation fails', expected: 'failed: azure-operation-failed', servers: 1 },
    prepare: () => void (scene.arm.behaviour.ends = 'Failed'),
  },
  {
    ...{ fault: 'the operation is canceled', expected: 'failed: azure-operation-failed', servers: 1 },
    prepare: () => void (scene.arm.behaviour.ends = 'Canceled'),
  },
  {
    ...{ fault: 'accepted by a 201 without headers', expected: 'succeeded', servers: 1 },
    prepare: () => void (scene.arm.behaviour.accept = '201 without headers'),
  },
  {
    ...{ fault: 'accepted with Location alone', expected: 'succeeded', servers: 1 },
    prepare: () => void (scene.arm.behaviour.accept = '202 with Location alone'),
  },
  {
    ...{ fault: 'the answer to the creation is lost', expected: 'succeeded', servers: 1 },
    prepare: () => void (scene.arm.fault = firstThree(isCreation, 'reset', 'after')),
  },
  {
    ...{ fault: 'the creation is refused', expected: 'failed: azure-refused', servers: 0 },
    prepare: () => void (scene.arm.fault = (call) => (isCreation(call) ? { status: 403 } : undefined)),
  },
  {
    ...{ fault: 'the saved operation is of another server', expected: 'failed: azure-operation-failed', servers: 0 },
    prepare: async (jobId) => {
      const facts = { server: 'another', operation: {} };
      await scene.systems.jobLedger.saveFacts(jobId, OPERATION_FACTS, facts);
      const found = await scene.systems.jobLedger.read(jobId);
      if (found === undefined) throw new Error('the job is missing');
      const notes = { askedAt: new Date().toISOString() };
      await scene.systems.jobLedger.update({ ...found.record, notes }, found.version);
    },
  },
  {
    ...{ fault: 'the name is taken somewhere in Azure', expected: 'failed: server-name-taken', servers: 0 },
    targetServer: TAKEN,
    prepare: () => void scene.arm.takenNames.add(TAKEN),
  },
  {
    ...{ fault: 'a server of somebody else has the name', expected: 'failed: server-name-taken', servers: 0 },
    targetServer: TAKEN,
    prepare: () => scene.arm.add(newServer(TAKEN, 'restore-rg', 'East US')),
  },
  {
    ...{ fault: 'the source has no earliest date', expected: 'failed: outside-restore-window', servers: 0 },
    prepare: () => void (scene.source.earliestRestoreDate = undefined),
  },
  {
    ...{ fault: 'the window is left while the job waits', expected: 'failed: outside-restore-window', servers: 0 },
    prepare: () => void (scene.source.earliestRestoreDate = '2026-11-01T00:00:00.0000001+00:00'),
  },
  {
    ...{ fault: 'the source is stopped', expected: 'failed: server-not-ready', servers: 0 },
    prepare: () => void (scene.source.state = 'Stopped'),
  },
];

describe('a point-in-time restore under a fault', () => {
  it.each(CELLS.map((cell) => [`${cell.fault} → ${cell.expected}`, cell] as const))('%s', async (title, cell) => {
    setTheScene();
    const jobId = await request(cell.targetServer);
    await cell.prepare(jobId);
    const record = await scene.end(jobId);
    expect(`${cell.fault} → ${outcomeOf(record)}`).toBe(title);
    expect(creations()).toBe(cell.servers);
    finished.push(title);
  });
});

const CALLS: readonly (readonly [string, WhichCall])[] = [
  ...CALLS_FOR_A_SERVER,
  ['the restart', ({ method, path }) => method === 'POST' && path.endsWith('/restart')],
];

describe.each(['before', 'after'] as const)('a worker that is killed %s', (stage) => {
  it.each(CALLS)('%s leaves a job that another one ends, with one server', async (name, which) => {
    setTheScene();
    const jobId = await request();
    await runUntilKilled(scene, jobId, which, stage);
    await breakLock(store, `job-${jobId}`);
    const record = await scene.end(jobId);
    expect(outcomeOf(record)).toBe('succeeded');
    expect(Object.values(record.kills)).toEqual([1]);
    expect(creations()).toBe(1);
    finished.push(`killed ${stage} ${name} → succeeded, one server`);
  });
});

it(`has ${NUMBER_OF_CELLS} cells`, () => {
  expect(CELLS.length + 2 * CALLS.length).toBe(NUMBER_OF_CELLS);
});
