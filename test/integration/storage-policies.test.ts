import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answerStorage, newAccount, type SimulatedAccount } from '../../infra/local/azure/arm-storage';
import { runLifecycle } from '../../infra/local/azure/lifecycle';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { doDuty } from '../../shared/operations/jobs/do-duty';
import { expireBackups } from '../../shared/operations/retention/expire-backups';
import { holdBackup } from '../../shared/operations/catalog/hold-backup';
import { findJob } from '../../shared/operations/jobs/jobs';
import { planStoragePolicies } from '../../shared/operations/storage-policies/plan-storage-policies';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { requestPolicies } from '../../shared/operations/storage-policies/request-policies';
import { runJob } from '../../shared/operations/jobs/run-job';
import { watch } from '../../shared/operations/watch/watch';
import { AzureStorageAccounts } from '../../shared/systems/storage-accounts/azure-storage-accounts';
import type { Systems } from '../../shared/systems/systems';
import { type AzureScene, startAzureScene, SUBSCRIPTION } from '../fixtures/azure/azure-scene';
import { bodyOf, compareExamples, type Example, normal } from '../fixtures/azure/compare-examples';
import { CORS, DUMPS, PROTECTED, protectedAccounts, THEIRS } from '../fixtures/azure/protected-accounts';
import { type StoredSystems, storedSystems } from '../fixtures/environment/stored-systems';

let blobStore: LocalBlobStore;
let scene: AzureScene;
let stored: StoredSystems;
let systems: Systems;
let dumps: SimulatedAccount;
let content: SimulatedAccount;

beforeAll(async () => {
  blobStore = await startAzurite({ inMemory: true });
  scene = await startAzureScene(blobStore, {});
});
afterAll(async () => {
  await scene.stop();
  await blobStore.stop();
});
beforeEach(async () => {
  scene.arm.fault = undefined;
  scene.arm.calls.length = 0;
  stored = await storedSystems(blobStore);
  stored.protectedAccounts = PROTECTED;
  const storageAccounts = protectedAccounts(scene.access, () => stored.protectedAccounts);
  systems = { ...stored.systems, storageAccounts };
  dumps = newAccount('lifebookdumps', 'backup-rg', [DUMPS]);
  dumps.containers.set(DUMPS, {
    hasImmutabilityPolicy: true,
    immutabilityPolicy: { properties: { immutabilityPeriodSinceCreationInDays: 1, state: 'Unlocked' } },
  });
  content = newAccount('lifebookcontent', 'lifebook-rg', ['photos', 'audio']);
  content.blobService = { cors: CORS, isVersioningEnabled: true, changeFeed: { enabled: true, retentionInDays: 7 } };
  content.lifecycle = [THEIRS];
  for (const account of [dumps, content]) scene.arm.accounts.set(account.name, account);
});

/** The daily job of today, to its end. */
async function compare(jobId = '20261125T120000Z-policies'): Promise<JobRecord> {
  await requestJob(systems, { kind: 'storage-policies', request: {}, requestedBy: 'test', jobId });
  await runJob(systems, jobId, new AbortController().signal);
  return findJob(systems, jobId);
}

const driftsOf = ({ result }: JobRecord): unknown =>
  (result?.['drifts'] as { purpose: string; what: string }[]).map(({ purpose, what }) => `${purpose} ${what}`);
const writes = (): string[] => scene.arm.calls.filter(({ method }) => method === 'PUT').map(({ path }) => path);
const mayWrite = (): void => void (stored.environment['STORAGE_POLICY_WRITE'] = 'true');

describe('the daily comparison', () => {
  it('only reads and reports, account by account, wherever each one is', async () => {
    const job = await compare();
    expect(driftsOf(job)).toEqual([
      ...['dumps blob-soft-delete', 'dumps container-soft-delete', 'dumps expiry-rule'],
      ...['content blob-soft-delete', 'content container-soft-delete'],
    ]);
    expect(job.result?.warnings[0]).toEqual({
      code: 'blob-soft-delete',
      detail: 'dumps account: blob soft delete is off, not 14',
    });
    expect(writes()).toEqual([]);
  });

  it('is asked for once a day, and not at all where nothing in Azure is configured', async () => {
    stored.protectedAccounts = [];
    await doDuty(systems, 'compare-policies');
    expect(stored.tickets).toEqual([]);
    stored.protectedAccounts = PROTECTED;
    await doDuty(systems, 'compare-policies');
    await doDuty(systems, 'compare-policies');
    expect(stored.tickets).toEqual(['20261125T000000Z-storage-policies']);
  });

  it('tells an account that it may not read, and still compares the other', async () => {
    scene.arm.fault = ({ path }) =>
      path.includes('lifebookcontent')
        ? { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no action blobServices/read' } } }
        : undefined;
    expect(driftsOf(await compare())).toEqual([
      ...['dumps blob-soft-delete', 'dumps container-soft-delete', 'dumps expiry-rule', 'content unreadable'],
    ]);
  });

  it('fails the check once when somebody turns protection off, and recovers it once when it is back', async () => {
    mayWrite();
    await compare();
    delete stored.environment['STORAGE_POLICY_WRITE'];
    const look = async (jobId: string): Promise<string[]> => {
      await compare(jobId);
      stored.events.length = 0;
      await watch(systems);
      const ours = stored.events.filter(({ properties }) => properties['check'] === 'storage-policy-drift');
      return ours.map(({ name, properties }) => `${name} ${properties['detail'] ?? ''}`.trim());
    };
    expect(await look('20261125T120001Z-a')).toEqual([]);
    const { lifecycle } = dumps;
    dumps.lifecycle = lifecycle?.map((rule) => ({ ...rule, enabled: false }));
    const detail = 'dumps account: no enabled lifecycle rule deletes what is expired and not held';
    expect(await look('20261125T120002Z-b')).toEqual([`CheckFailed ${detail}`]);
    expect(await look('20261125T120003Z-c')).toEqual([]);
    dumps.lifecycle = lifecycle;
    expect(await look('20261125T120004Z-d')).toEqual(['CheckRecovered']);
    expect(await look('20261125T120005Z-e')).toEqual([]);
  });
});

describe('with STORAGE_POLICY_WRITE', () => {
  beforeEach(mayWrite);

  it('mends what it may and leaves everything of others as it was', async () => {
    const job = await compare();
    expect([job.state, driftsOf(job)]).toEqual(['succeeded', []]);
    expect(content.blobService).toEqual({
      ...{ cors: CORS, isVersioningEnabled: true, changeFeed: { enabled: true, retentionInDays: 7 } },
      deleteRetentionPolicy: { enabled: true, days: 14 },
      containerDeleteRetentionPolicy: { enabled: true, days: 14 },
    });
    expect(content.lifecycle).toEqual([THEIRS]);
    expect(dumps.lifecycle).toEqual([
      {
        ...{ name: 'lifebook-backup-delete-expired', enabled: true, type: 'Lifecycle' },
        definition: {
          filters: {
            ...{ blobTypes: ['blockBlob'], prefixMatch: ['lifebook-db-backups/'] },
            blobIndexMatch: [
              { name: 'retention', op: '==', value: 'expired' },
              { name: 'hold', op: '==', value: 'none' },
            ],
          },
          actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } } },
        },
      },
    ]);
    scene.arm.calls.length = 0;
    await compare('20261126T120000Z-again');
    expect(writes()).toEqual([]);
  });

  it('lowers nothing, adds its rule beside others, and leaves to a person what only a person should decide', async () => {
    dumps.blobService = {
      deleteRetentionPolicy: { enabled: true, days: 90, allowPermanentDelete: true },
      isVersioningEnabled: true,
    };
    dumps.containers.set(DUMPS, {});
    const byAge = {
      ...THEIRS,
      name: 'old',
      definition: { ...THEIRS.definition, filters: { blobTypes: ['blockBlob'] } },
    };
    dumps.lifecycle = [THEIRS, byAge];
    const job = await compare();
    expect(driftsOf(job)).toEqual([
      ...['dumps permanent-delete', 'dumps deletes-kept-dumps', 'dumps versioning', 'dumps immutability'],
    ]);
    expect(dumps.blobService).toMatchObject({
      deleteRetentionPolicy: { enabled: true, days: 90, allowPermanentDelete: true },
      containerDeleteRetentionPolicy: { enabled: true, days: 14 },
    });
    expect(dumps.lifecycle.map(({ name }) => name)).toEqual([
      ...['logs-after-a-year', 'old', 'lifebook-backup-delete-expired'],
    ]);
  });

  it('writes the same again when an answer was lost', async () => {
    let lost = 0;
    scene.arm.fault = ({ method }, stage) =>
      method === 'PUT' && stage === 'after' && ++lost <= 2 ? 'reset' : undefined;
    expect(driftsOf(await compare())).toEqual([]);
    expect(lost).toBeGreaterThan(2);
    expect(dumps.lifecycle).toHaveLength(1);
  });

  it('has retention delete what is expired, and keeps what is held and what is not marked', async () => {
    const [expired, held, fresh] = ['0901', '0902', '1124'].map((day) => `lifebook_backup_2026${day}_0200`);
    for (const id of [expired, held, fresh]) await stored.putBackup('nightly', id ?? '');
    Object.assign(stored.environment, { EXPIRE_MAX_SHARE: '1', RETAIN_MIN_VERIFIED: '1' });
    await expireBackups(systems);
    await holdBackup(systems, held ?? '', { reason: 'a question of the court' }, 'anna');
    await compare();
    const played = { ...dumps, containers: new Map([[stored.dumps.containerName, {}]]) };
    played.lifecycle = JSON.parse(
      JSON.stringify(dumps.lifecycle).replaceAll(DUMPS, stored.dumps.containerName),
    ) as typeof dumps.lifecycle;
    const service = BlobServiceClient.fromConnectionString(blobStore.connectionString);
    expect(await runLifecycle(played, service, new Date())).toEqual([]);
    const inTwoDays = new Date(Date.now() + 2 * 86_400_000);
    const gone = (await runLifecycle(played, service, inTwoDays)).map((path) => path.split('/').slice(1).join('/'));
    expect(gone.toSorted()).toEqual([
      `nightly/${expired ?? ''}.dump`,
      `nightly/${expired ?? ''}.globals.sql`,
      `nightly/${expired ?? ''}.manifest.json`,
    ]);
  });
});

describe('a request to apply', () => {
  it('is refused while nothing may be written, and without an account in Azure', async () => {
    await expect(requestPolicies(systems, 'anna', undefined)).rejects.toThrow('STORAGE_POLICY_WRITE is not true');
    mayWrite();
    expect(await requestPolicies(systems, 'anna', undefined)).toMatchObject({ kind: 'storage-policies' });
    stored.protectedAccounts = [];
    await expect(requestPolicies(systems, 'anna', undefined)).rejects.toThrow('not-configured');
  });

  it('has a dry run that tells the whole state and who mends what', async () => {
    const { mayWrite: may, accounts } = await planStoragePolicies(systems);
    expect(may).toBe(false);
    expect(accounts[0]).toMatchObject({
      ...{ purpose: 'dumps', account: 'lifebookdumps' },
      protection: { blobSoftDeleteDays: 0, containers: [{ name: DUMPS, immutability: { days: 1, isLocked: false } }] },
    });
    expect(accounts[1]?.drifts[0]).toEqual({
      ...{ what: 'blob-soft-delete', detail: 'blob soft delete is off, not 14', remedy: 'app' },
    });
    expect(writes()).toEqual([]);
  });

  it('for an account that is nowhere names what is to be set', async () => {
    scene.arm.accounts.clear();
    const { accounts } = await planStoragePolicies(systems);
    expect(accounts[0]?.drifts[0]?.detail).toBe('lifebookdumps is in no resource group of STORAGE_RESOURCE_GROUP');
  });
});

/** The app's own calls, on the account of an example. */
function clientOf({ parameters }: Example): { accounts: AzureStorageAccounts; account: string } {
  const group = String(parameters['resourceGroupName']);
  const source = { access: scene.access, accounts: () => [], resourceGroups: () => [group] };
  return { accounts: new AzureStorageAccounts(source), account: String(parameters['accountName']) };
}

/** Plays the example's account: what is read is what the example says of it. */
function play(example: Example): void {
  const account = newAccount(
    String(example.parameters['accountName']),
    String(example.parameters['resourceGroupName']),
    [],
  );
  const { properties } = (example.responses['200']?.body ?? {}) as { properties: Record<string, unknown> };
  if ('policy' in properties) account.lifecycle = (properties as { policy: { rules: [] } }).policy.rules;
  else account.blobService = properties;
  scene.arm.accounts.set(account.name, account);
}

describe("Microsoft's examples", () => {
  const compareSent = async (example: Example, call: (example: Example) => Promise<unknown>): Promise<void> => {
    play(example);
    scene.arm.calls.length = 0;
    await call(example);
    for (const { path } of scene.arm.calls) {
      const { resourceGroupName, accountName } = example.parameters as Record<string, string>;
      expect(path).toContain(
        `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroupName ?? ''}/providers/Microsoft.Storage/storageAccounts/${accountName ?? ''}/`,
      );
    }
  };
  const lastSent = (): unknown => scene.arm.calls.findLast(({ method }) => method === 'PUT')?.body;

  it('of this version are read as they are, and come back field by field with the change and nothing else', () =>
    compareExamples(
      'storage-2025-08-01',
      {
        BlobServicesGet: async (example) => {
          const { accounts, account } = clientOf(example);
          const found = await accounts.read({ purpose: 'content', account, containers: [] });
          expect(found).toMatchObject({ blobSoftDeleteDays: 300, containerSoftDeleteDays: 0, isVersioned: true });
          expect(scene.arm.calls[0]?.query.get('api-version')).toBe(example.parameters['api-version']);
          const path = scene.arm.calls[0]?.path ?? '';
          const call = { method: 'GET', path, query: new URLSearchParams(), body: undefined };
          const { sku: _sku, ...answer } = example.responses['200']?.body ?? {};
          const simulated = answerStorage(scene.arm.accounts, SUBSCRIPTION, call)?.body;
          expect(simulated).toEqual({ ...answer, id: path });
        },
        BlobServicesPut: async (example) => {
          const { accounts, account } = clientOf(example);
          await accounts.raiseSoftDelete(account, 14);
          const { properties } = bodyOf(example) as { properties: object };
          const raised = { ...properties, containerDeleteRetentionPolicy: { enabled: true, days: 14 } };
          expect(normal(lastSent())).toEqual(normal({ properties: raised }));
        },
      },
      compareSent,
    ));

  it('of the version before are sent in the same shape', () =>
    compareExamples(
      'storage-2025-06-01',
      {
        StorageAccountSetManagementPolicy: async (example) => {
          const { accounts, account } = clientOf(example);
          const tags = [{ name: 'tag1', value: 'val1' }];
          await accounts.putRule(account, { name: 'ours', prefix: 'c/', tags, action: 'delete', afterDays: 1 });
          const { properties } = bodyOf(example) as { properties: { policy: { rules: object[] } } };
          const ours = {
            ...{ enabled: true, name: 'ours', type: 'Lifecycle' },
            definition: {
              filters: {
                ...{ blobTypes: ['blockBlob'], prefixMatch: ['c/'] },
                blobIndexMatch: [{ name: 'tag1', op: '==', value: 'val1' }],
              },
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 1 } } },
            },
          };
          const rules = [...properties.policy.rules, ours];
          expect(normal(lastSent())).toEqual(normal({ properties: { policy: { rules } } }));
        },
      },
      compareSent,
    ));
});
