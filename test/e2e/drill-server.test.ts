import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makePostgres } from '../../infra/local/azure/new-postgres';
import { newServer, parameter } from '../../infra/local/azure/arm-state';
import { INSTALLATION_TAG, JOB_TAG, UNTIL_TAG } from '../../shared/domain/point-in-time/clone-tags';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { reapClones } from '../../shared/operations/point-in-time/reap-clones';
import { requestDrill } from '../../shared/operations/drills/request-drill';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
import { startIdentityEndpoint } from '../fixtures/azure/identity-endpoint';
import { buildApp } from '../../shared/app';
import { startBackupApp, type StoredBackup } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let source: LocalPostgres;
let scene: AzureScene;
let backup: StoredBackup;
let servers = 1;

beforeAll(async () => {
  const tools = await bundledTools();
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  source = await cleanup.add(startPostgres({ major: 17 }));
  await sql(source, 'postgres', 'create database family', 'create role family_owner');
  await sql(
    source,
    'family',
    'create table moments (id int primary key, story text)',
    'alter table moments owner to family_owner',
    `insert into moments select n, 'story ' || n from generate_series(1, 500) n`,
  );
  const settings = {
    ...{ PGTOOLS_DIR: tools, DATABASE_URL_FAMILY: source.url('family') },
    DATABASE_ADMIN_URL_FAMILY: source.url('postgres'),
  };
  scene = await cleanup.add(
    startAzureScene(store, settings, undefined, (order) => {
      servers += 1;
      return makePostgres(order, `127.0.0.${servers}`, source.port, scene.arm.token);
    }),
  );
  scene.source.parameters.set('azure.extensions', parameter('PGCRYPTO', 'user-override'));
  backup = await startBackupApp(store, settings).succeed();
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

beforeEach(() => {
  scene.arm.behaviour = { accept: '202', ends: 'Succeeded' };
  scene.arm.calls.length = 0;
  scene.arm.takenNames.clear();
});

async function drill(): Promise<JobRecord> {
  const { jobId } = await requestDrill(scene.systems, { database: 'family' }, 'test', undefined);
  return scene.end(jobId);
}

it('restores the newest backup to a server of its own, which is gone afterwards', async () => {
  const record = await drill();
  expect([record.state, record.error]).toEqual(['succeeded', undefined]);
  expect([...scene.arm.servers.keys()]).toEqual(['lifebook-db']);
  const [name = ''] = scene.arm.takenNames;
  expect(await scene.systems.evidence.read(record.jobId)).toMatchObject({
    ...{ kind: 'dump', verdict: 'passed', temporaryServer: name, compared: { tables: 1, rows: 500 } },
    backup: { backupId: backup.manifest.backupId, chosen: 'newest' },
  });
  const created = scene.arm.calls.filter(({ method, path }) => method === 'PUT' && path.endsWith(`/${name}`));
  expect(created).toHaveLength(1);
  expect(created[0]?.body).toMatchObject({
    ...{ location: 'East US', sku: { name: 'Standard_B2s', tier: 'Burstable' } },
    tags: {
      [INSTALLATION_TAG]: await scene.systems.jobLedger.installationId(),
      ...{ [JOB_TAG]: record.jobId, [UNTIL_TAG]: expect.any(String) },
    },
    properties: { createMode: 'Create', version: '17', storage: { storageSizeGB: 128 } },
  });
  const extensions = scene.arm.calls.filter(
    ({ method, path }) => method === 'PUT' && path.includes('/configurations/'),
  );
  expect(extensions.map(({ path }) => path.split('/').at(-1))).toEqual(['azure.extensions']);
});

it('is the Entra administrator of the server where the admin login is passwordless', async () => {
  const endpoint = await cleanup.add(startIdentityEndpoint(() => scene.arm.token));
  Object.assign(process.env, endpoint.environment);
  const passwordless = buildApp({
    ...{ ...scene.environment, DATABASE_ADMIN_URL_FAMILY: source.url('postgres', 'id-lifebook', '') },
    DATABASE_ADMIN_AUTH: 'entra',
  }).systems;
  const systems = { ...passwordless, flexServers: scene.flexServers };
  const { jobId } = await requestDrill(systems, { database: 'family' }, 'test', undefined);
  const record = await scene.end(jobId, systems);
  expect([record.state, record.error]).toEqual(['succeeded', undefined]);
  const [creation] = scene.arm.calls.filter(({ method }) => method === 'PUT');
  const own = await scene.flexServers.ownIdentity();
  expect(creation?.body).toMatchObject({
    properties: {
      authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: own.tenantId },
    },
  });
  expect(JSON.stringify(creation?.body)).not.toContain('administratorLogin');
  const named = scene.arm.calls.find(({ method, path }) => method === 'PUT' && path.includes('/administrators/'));
  expect(named?.path.endsWith(`/administrators/${own.objectId}`)).toBe(true);
  expect(named?.body).toEqual({
    properties: { principalName: 'id-lifebook', principalType: 'ServicePrincipal', tenantId: own.tenantId },
  });
  expect([...scene.arm.servers.keys()]).toEqual(['lifebook-db']);
});

it('shows its password nowhere', async () => {
  const record = await drill();
  const [creation] = scene.arm.calls.filter(
    ({ method, path }) => method === 'PUT' && /flexibleServers\/[^/]+$/.test(path),
  );
  const { properties } = creation?.body as { properties: { administratorLoginPassword: string } };
  const told = JSON.stringify([record, await scene.systems.evidence.read(record.jobId)]);
  expect(properties.administratorLoginPassword.length).toBeGreaterThan(40);
  expect(told).not.toContain(properties.administratorLoginPassword);
  expect(told).not.toContain(source.password);
});

it('leaves to the reaper what could not be deleted: when its time is over, nobody is on it, or nobody can be', async () => {
  scene.arm.fault = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
  const { result, state } = await drill();
  scene.arm.fault = undefined;
  expect([state, result?.warnings.at(-1)?.code]).toEqual(['succeeded', 'server-not-deleted']);
  const [name = ''] = scene.arm.takenNames;
  const left = scene.arm.servers.get(name);
  if (left === undefined) throw new Error('the server is gone');
  await reapClones(scene.systems, []);
  expect(scene.arm.servers.get(name)?.state).toBe('Ready');
  left.tags[UNTIL_TAG] = '2026-01-01T00:00:00.000Z';
  const closed = newServer('without-rules', 'restore-rg', 'East US');
  scene.arm.add(Object.assign(closed, { tags: { ...left.tags } }));
  scene.arm.add(Object.assign(newServer('stranger', 'restore-rg', 'East US'), { tags: { [UNTIL_TAG]: '2026-01-01' } }));
  await reapClones(scene.systems, []);
  await Promise.all(scene.arm.working);
  expect([...scene.arm.servers.keys()]).toEqual(['lifebook-db', 'stranger']);
  scene.arm.servers.delete('stranger');
});

it('says that the infrastructure failed when Azure makes no server, and blames no backup', async () => {
  scene.arm.behaviour.ends = 'Failed';
  const record = await drill();
  expect([record.state, record.error?.code]).toEqual(['failed', 'azure-operation-failed']);
  expect(await scene.systems.evidence.read(record.jobId)).toMatchObject({
    ...{ verdict: 'infrastructure-failed', server: null, failure: { code: 'azure-operation-failed' } },
  });
  expect((await scene.systems.backupStates.read(backup.manifest.backupId)).damaged).toBeUndefined();
  expect([...scene.arm.servers.keys()]).toEqual(['lifebook-db']);
});
