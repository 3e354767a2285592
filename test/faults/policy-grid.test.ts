import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newAccount, type SimulatedAccount } from '../../infra/local/azure/arm-storage';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { findJob } from '../../shared/operations/jobs/jobs';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
import { breakLock, runUntilKilled, type WhichCall } from '../fixtures/azure/killed-worker';
import { CORS, DUMPS, protectedAccounts, THEIRS } from '../fixtures/azure/protected-accounts';
import { Cleanup } from '../fixtures/environment/cleanup';

const NUMBER_OF_CELLS = 17;

const cleanup = new Cleanup();
let store: LocalBlobStore;
let scene: AzureScene;
let dumps: SimulatedAccount;
let content: SimulatedAccount;

beforeAll(async () => {
  store = await cleanup.add(startAzurite({ inMemory: true }));
  const database = { DATABASE_URL: 'postgresql://reader:secret@127.0.0.1/lifebook' };
  scene = await cleanup.add(startAzureScene(store, { ...database, STORAGE_POLICY_WRITE: 'true' }));
});
afterAll(() => cleanup.stopAll());

/** Two accounts without protection; each has something of somebody else. */
function setTheScene(): void {
  scene.arm.fault = undefined;
  dumps = newAccount('lifebookdumps', 'backup-rg', [DUMPS]);
  dumps.containers.set(DUMPS, {
    hasImmutabilityPolicy: true,
    immutabilityPolicy: { properties: { immutabilityPeriodSinceCreationInDays: 1, state: 'Unlocked' } },
  });
  content = newAccount('lifebookcontent', 'lifebook-rg', ['photos', 'audio']);
  for (const account of [dumps, content]) {
    account.blobService = { cors: CORS };
    account.lifecycle = [THEIRS];
    scene.arm.accounts.set(account.name, account);
  }
}

interface Aftermath {
  readonly outcome: string;
  /** Days of soft delete: of the dumps, of the content. */
  readonly days: readonly (number | undefined)[];
  readonly isOurRuleThere: boolean;
}

function aftermath(outcome: string): Aftermath {
  const daysOf = ({ blobService }: SimulatedAccount): number | undefined =>
    (blobService['deleteRetentionPolicy'] as { days?: number } | undefined)?.days;
  // whatever happened, nothing of others is lost or there twice
  for (const { blobService, lifecycle = [] } of [dumps, content]) {
    expect(blobService['cors']).toEqual(CORS);
    expect(lifecycle[0]).toEqual(THEIRS);
    expect(new Set(lifecycle.map(({ name }) => name)).size).toBe(lifecycle.length);
  }
  const isOurRuleThere = dumps.lifecycle?.some(({ name }) => name === 'lifebook-backup-delete-expired') ?? false;
  return { outcome, days: [daysOf(dumps), daysOf(content)], isOurRuleThere };
}

async function request(): Promise<string> {
  return (await requestJob(scene.systems, { kind: 'storage-policies', request: {}, requestedBy: 'test' })).record.jobId;
}

async function run(jobId: string): Promise<string> {
  const systems = { ...scene.systems, storageAccounts: protectedAccounts(scene.access) };
  await runJob(systems, jobId, new AbortController().signal);
  const { state, error, kills } = await findJob(scene.systems, jobId);
  const takenOver = Object.keys(kills).length > 0 ? ' after take-over' : '';
  return `${state}${error === undefined ? '' : `: ${error.code}`}${takenOver}`;
}

/** The three writes of the job, in their order. */
const WRITES: readonly (readonly [string, WhichCall])[] = [
  ['the soft delete of the dumps', writeTo('lifebookdumps', '/blobServices/default')],
  ['the lifecycle rule', writeTo('lifebookdumps', '/managementPolicies/default')],
  ['the soft delete of the content', writeTo('lifebookcontent', '/blobServices/default')],
];
function writeTo(account: string, ending: string): WhichCall {
  return ({ method, path }) => method === 'PUT' && path.includes(`/${account}/`) && path.endsWith(ending);
}
const isWrite: WhichCall = ({ method }) => method === 'PUT';

const MENDED: Aftermath = { outcome: 'succeeded', days: [14, 14], isOurRuleThere: true };
const UNTOUCHED = { days: [undefined, undefined], isOurRuleThere: false } as const;

/** So many calls of a kind are answered otherwise. */
function faulty(
  which: WhichCall,
  answer: { status: number } | 'reset',
  stage: 'before' | 'after',
  times: number,
): void {
  let left = times;
  scene.arm.fault = (call, at) => {
    if (at !== stage || !which(call) || left === 0) return undefined;
    left -= 1;
    return answer;
  };
}

interface Cell {
  readonly fault: string;
  readonly prepare: () => void;
  readonly then: Aftermath;
}

const CELLS: readonly Cell[] = [
  { fault: 'nothing', prepare: () => undefined, then: MENDED },
  ...WRITES.map(([name, which]): Cell => ({
    ...{ fault: `the answer to ${name} is lost`, then: MENDED },
    prepare: () => faulty(which, 'reset', 'after', 1),
  })),
  {
    ...{ fault: 'every write fails twice', then: MENDED },
    prepare: () => faulty(isWrite, { status: 503 }, 'before', 2),
  },
  {
    ...{ fault: 'reads fail twice', then: MENDED },
    prepare: () => faulty(({ method }) => method === 'GET', { status: 500 }, 'before', 2),
  },
  {
    ...{ fault: 'writes are throttled for ever', then: { outcome: 'failed: azure-unavailable', ...UNTOUCHED } },
    prepare: () => faulty(isWrite, { status: 429 }, 'before', Infinity),
  },
  {
    ...{ fault: 'reads fail for ever', then: { outcome: 'failed: azure-unavailable', ...UNTOUCHED } },
    prepare: () => faulty(() => true, { status: 503 }, 'before', Infinity),
  },
  {
    ...{ fault: 'writes are refused', then: { outcome: 'failed: azure-refused', ...UNTOUCHED } },
    prepare: () => faulty(isWrite, { status: 403 }, 'before', Infinity),
  },
  {
    fault: 'the content may not be written',
    then: { outcome: 'failed: azure-refused', days: [14, undefined], isOurRuleThere: true },
    prepare: () => faulty(writeTo('lifebookcontent', ''), { status: 403 }, 'before', Infinity),
  },
  {
    fault: 'the content may not be read',
    then: { outcome: 'succeeded', days: [14, undefined], isOurRuleThere: true },
    prepare: () => faulty(({ path }) => path.includes('lifebookcontent'), { status: 403 }, 'before', Infinity),
  },
];

describe('storage policies under a fault', () => {
  it.each(CELLS.map((cell) => [`${cell.fault} → ${cell.then.outcome}`, cell] as const))('%s', async (_, cell) => {
    setTheScene();
    cell.prepare();
    expect(aftermath(await run(await request()))).toEqual(cell.then);
  });
});

describe.each(['before', 'after'] as const)('a worker that is killed %s', (stage) => {
  it.each(WRITES)('%s leaves what another one mends, once', async (_, which) => {
    setTheScene();
    const jobId = await request();
    await runUntilKilled(scene, jobId, which, stage);
    await breakLock(store, 'storage-policies');
    expect(aftermath(await run(jobId))).toEqual({ ...MENDED, outcome: 'succeeded after take-over' });
  });
});

it(`has ${NUMBER_OF_CELLS} cells`, () => {
  expect(CELLS.length + 2 * WRITES.length).toBe(NUMBER_OF_CELLS);
});
