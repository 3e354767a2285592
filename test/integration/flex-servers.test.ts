import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AcceptedOperation, FlexServer, SaveOperation } from '../../shared/systems/flex-server/flex-server';
import { type AzureScene, startAzureScene, SUBSCRIPTION } from '../fixtures/azure/azure-scene';
import { bodyOf, compareExamples, type Example, normal } from '../fixtures/azure/compare-examples';

const target = { resourceGroup: 'exampleresourcegroup', server: 'exampleserver' };
let scene: AzureScene;
let saved: AcceptedOperation[] = [];
const save: SaveOperation = (operation) => Promise.resolve(void saved.push(operation));

beforeAll(async () => {
  // no storage is used here
  scene = await startAzureScene({ connectionString: 'UseDevelopmentStorage=true' }, {});
});
beforeEach(() => {
  saved = [];
  scene.arm.fault = undefined;
  scene.arm.behaviour = { accept: '202', ends: 'Succeeded' };
  scene.arm.calls.length = 0;
  for (const name of [...scene.arm.servers.keys()]) if (name !== 'lifebook-db') scene.arm.servers.delete(name);
});
afterAll(() => scene.stop());

async function source(): Promise<FlexServer> {
  const found = await scene.flexServers.find({ resourceGroup: 'lifebook-rg', server: 'lifebook-db' });
  if (found === undefined) throw new Error('the source is missing');
  return found;
}

async function beginRestore(): Promise<void> {
  const order = { target, source: await source(), pointInTime: '2026-11-23T01:58:00.000Z', tags: { a: 'b' } };
  await scene.flexServers.beginRestore(order, save);
}

describe('a restore that ARM accepts', () => {
  it('is saved before the call is over, with one request and no poll of its own', async () => {
    await beginRestore();
    expect(saved).toHaveLength(1);
    expect(saved[0]?.statusUrl?.length).toBeGreaterThan(2_500);
    expect(scene.arm.calls.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  it('is saved with the URL of Location where that is all there is, and without one after a bare 201', async () => {
    scene.arm.behaviour.accept = '202 with Location alone';
    await beginRestore();
    expect(saved[0]?.statusUrl).toContain('/operationResults/');
    scene.arm.servers.delete('exampleserver');
    scene.arm.behaviour.accept = '201 without headers';
    await beginRestore();
    expect(saved[1]).toEqual({});
    expect(await scene.flexServers.poll({})).toMatchObject({ state: 'unknown' });
  });

  it('is not accepted when it could not be saved', async () => {
    const order = { target, source: await source(), pointInTime: '2026-11-23T01:58:00.000Z', tags: {} };
    const fail: SaveOperation = () => Promise.reject(new Error('the state storage is down'));
    await expect(scene.flexServers.beginRestore(order, fail)).rejects.toThrow('the state storage is down');
  });
});

describe('one look at an operation', () => {
  it.each([
    ['a 404', { status: 404, body: { error: { code: 'NotFound', message: 'gone' } } }],
    ['a 429', { status: 429, headers: { 'retry-after': '0' } }],
    ['a 500', { status: 500 }],
    ['something that is no JSON', { status: 200, body: undefined }],
    ['a reset', 'reset'],
  ] as const)('is unknown after %s', async (_, answer) => {
    await beginRestore();
    scene.arm.fault = ({ path }) => (path.includes('azureAsyncOperation') ? answer : undefined);
    expect(await scene.flexServers.poll(saved[0] ?? {})).toMatchObject({ state: 'unknown' });
  });

  it.each(['Failed', 'Canceled'] as const)('tells that it %s, and why, without a URL', async (ends) => {
    scene.arm.behaviour.ends = ends;
    await beginRestore();
    await Promise.all(scene.arm.working);
    const status = await scene.flexServers.poll(saved[0] ?? {});
    expect(status).toMatchObject({ state: ends.toLowerCase() });
    expect(JSON.stringify(status)).not.toMatch(/https:|sig=/);
  });

  it('is refused when the URL leads to another host: the token is not sent there', async () => {
    const elsewhere = { statusUrl: 'https://management.azure.com.evil.example/operation' };
    await expect(scene.flexServers.poll(elsewhere)).rejects.toThrow('azure-refused');
    expect(scene.arm.calls).toEqual([]);
  });
});

describe('an error of ARM', () => {
  it.each([
    [409, 'azure-busy'],
    [403, 'azure-refused'],
    [400, 'azure-refused'],
    [503, 'azure-unavailable'],
  ] as const)('%i becomes %s, without URL, token or cause', async (status, code) => {
    const body = { error: { code: 'Some', message: 'see https://management.azure.com/x?sig=secret' } };
    scene.arm.fault = () => ({ status, body });
    const error = await source().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(`${(error as Error).stack ?? ''}${JSON.stringify(error)}`).not.toMatch(/sig=|Bearer/);
    expect((error as Error).cause).toBeUndefined();
  });
});

it('rounds the earliest moment up, since a Date cuts the digits that Azure writes', async () => {
  expect((await source()).earliestRestoreAt).toBe('2026-01-01T00:00:00.124Z');
});

/** Which call of ours makes the request of an example. Others of the folder are of calls that the app does not make. */
const COMPARED: Readonly<Record<string, (example: Example) => Promise<unknown>>> = {
  BackupsAutomaticAndOnDemandCreate: () =>
    scene.flexServers.beginBackup(target, 'ondemandbackup-20250601T183022', save),
  BackupsAutomaticAndOnDemandListByServer: () => scene.flexServers.listBackups(target),
  FirewallRulesCreateOrUpdate: () => {
    const rule = { name: 'examplefirewallrule', startIp: '0.0.0.0', endIp: '255.255.255.255' };
    return scene.flexServers.beginFirewallRule(target, rule);
  },
  ServersCreatePointInTimeRestore: async (example) => {
    const { sourceServerResourceId, pointInTimeUTC } = bodyOf(example)['properties'] as Record<string, string>;
    const from = { ...(await source()), location: 'eastus', id: sourceServerResourceId ?? '' };
    const pointInTime = `${(pointInTimeUTC ?? '').slice(0, 23)}Z`;
    return scene.flexServers.beginRestore({ target, source: from, pointInTime, tags: {} }, save);
  },
  ServersDelete: () => scene.flexServers.beginDelete(target),
  ServersGet: () => scene.flexServers.find(target),
};

it("sends what Microsoft's examples send, field by field, and answers are read", () =>
  compareExamples('postgresql-2025-08-01', COMPARED, async (example, call) => {
    const [status = '', answer] = Object.entries(example.responses)[0] ?? [];
    scene.arm.calls.length = 0;
    scene.arm.fault = ({ path }) =>
      path.includes('/lifebook-rg/')
        ? undefined
        : { status: Number(status), body: answer?.body, headers: { ...answer?.headers } };
    await call(example);
    const sent = scene.arm.calls.find(({ path }) => path.includes('/exampleresourcegroup/'));
    expect(sent?.path).toContain(`/subscriptions/${SUBSCRIPTION}/resourceGroups/exampleresourcegroup/`);
    expect(sent?.query.get('api-version')).toBe(example.parameters['api-version']);
    expect(normal(sent?.body)).toEqual(normal(bodyOf(example)));
  }));
