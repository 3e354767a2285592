import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { makePostgres } from '../../infra/local/azure/new-postgres';
import { parameter } from '../../infra/local/azure/arm-state';
import { INSTALLATION_TAG, JOB_TAG, UNTIL_TAG } from '../../shared/domain/point-in-time/clone-tags';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { requestDrill } from '../../shared/operations/drills/request-drill';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
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
      return makePostgres(order, `127.0.0.${servers}`, source.port);
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
