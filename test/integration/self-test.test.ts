import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { problem } from '../../infra/local/azure/arm-answer';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { findFreePort } from '../../infra/local/environment/free-port';
import { buildApp } from '../../shared/app';
import type { Hop, HopResult, SelfTest } from '../../shared/domain/watch/self-test';
import { runSelfTest } from '../../shared/operations/self-test/run-self-test';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
import { createBackupLogin, createLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let store: LocalBlobStore;
let server: LocalPostgres;
let scene: AzureScene;
let settings: Record<string, string>;
let secrets: string[];

beforeAll(async () => {
  const tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  await sql(server, 'postgres', 'create database app');
  await sql(server, 'app', 'create table public.moments (id int)');
  const [reader, poor] = [await createBackupLogin(server, 'reader'), await createLogin(server, 'poor')];
  secrets = [reader.password, poor.password, server.password, store.key];
  const closed = await findFreePort();
  settings = {
    PGTOOLS_DIR: tools,
    DATABASE_URL_GOOD: reader.url('app'),
    DATABASE_ADMIN_URL_GOOD: server.url('postgres'),
    DATABASE_URL_CLOSED: `postgresql://reader:secret@127.0.0.1:${closed}/app`,
    DATABASE_URL_NAMELESS: 'postgresql://reader:secret@nowhere.invalid/app',
    DATABASE_URL_REFUSED: `postgresql://reader:secret@127.0.0.1:${server.port}/app`,
    DATABASE_URL_POOR: poor.url('app'),
  };
  scene = await cleanup.add(startAzureScene(store, settings));
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());
beforeEach(() => (scene.arm.fault = undefined));

const states = ({ items }: SelfTest, database: string | undefined): Record<string, string> =>
  Object.fromEntries(items.filter((item) => item.database === database).map(({ hop, state }) => [hop, state]));
const find = ({ items }: SelfTest, database: string | undefined, hop: Hop): HopResult | undefined =>
  items.find((item) => item.database === database && item.hop === hop);

it('names the hop that fails on the way to each database, and what to do', async () => {
  const test = await runSelfTest(scene.systems);
  expect(test.state).toBe('failed');
  const good = { dns: 'ok', tcp: 'ok', tls: 'not-configured', login: 'ok', rights: 'ok', 'client-tools': 'ok' };
  expect(states(test, 'good')).toEqual({ ...good, 'admin-login': 'ok', arm: 'ok' });
  const rest = { 'admin-login': 'not-configured', arm: 'ok' };
  const untried = { login: 'not-tried', rights: 'not-tried', 'client-tools': 'not-tried' };
  expect(states(test, 'nameless')).toEqual({
    ...{ dns: 'failed', tcp: 'not-tried', tls: 'not-tried' },
    ...{ ...untried, ...rest },
  });
  expect(states(test, 'closed')).toEqual({ dns: 'ok', tcp: 'failed', tls: 'not-tried', ...untried, ...rest });
  expect(states(test, 'refused')).toEqual({ ...good, ...untried, login: 'failed', ...rest });
  expect(states(test, 'poor')).toEqual({ ...good, rights: 'failed', ...rest });
  expect(states(test, undefined)).toEqual({ 'dump-storage': 'ok', 'state-storage': 'ok', queue: 'ok' });
  expect(find(test, 'nameless', 'dns')).toMatchObject({
    detail: expect.stringMatching(/^the name nowhere\.invalid does not resolve: E[A-Z_]+$/) as unknown,
    hint: "correct the host in the URL, or link the private DNS zone to the app's virtual network",
  });
  expect(find(test, 'closed', 'tcp')?.detail).toMatch(/^no connection on port \d+: ECONNREFUSED$/);
  expect(find(test, 'refused', 'login')).toMatchObject({
    detail: 'password authentication failed for user "reader" (SQLSTATE 28P01)',
    hint: "check the login's name, password or managed identity, and pg_hba",
  });
  expect(find(test, 'poor', 'rights')).toMatchObject({
    detail: 'table-not-readable (1): "public"."moments"',
    hint: 'run as an administrator: GRANT pg_read_all_data TO "poor";',
  });
  expect(find(test, 'good', 'dns')?.detail).toBe('addresses: 1 private');
  const told = JSON.stringify(test);
  for (const secret of [...secrets, 'secret']) expect(told).not.toContain(secret);
});

it('leaves nothing in storage but the empty blob of a lock', async () => {
  const listed = [];
  for await (const { name } of scene.systems.dumpStore.list('')) listed.push(name);
  expect(listed).toEqual([]);
});

it('says that a server offers no TLS, when TLS is asked for', async () => {
  const { systems } = buildApp({ ...scene.environment, DATABASE_TLS: 'require' });
  const test = await runSelfTest(systems);
  expect(find(test, 'good', 'tls')).toMatchObject({ state: 'failed', detail: 'the server offers no TLS' });
  expect(find(test, 'good', 'login')).toMatchObject({ state: 'not-tried', detail: 'tls failed' });
});

it('says which storage is down', async () => {
  const port = await findFreePort();
  const down = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:${port}/a;QueueEndpoint=http://127.0.0.1:${port}/a`;
  const only = { ...scene.environment, STORAGE_MAX_TRIES: '1', BACKUP_STORAGE: down };
  const dumps = await runSelfTest(buildApp(only).systems);
  expect(states(dumps, undefined)).toEqual({ 'dump-storage': 'failed', 'state-storage': 'ok', queue: 'ok' });
  const both = await runSelfTest(buildApp({ ...only, STATE_STORAGE: down }).systems);
  expect(states(both, undefined)).toEqual({ 'dump-storage': 'failed', 'state-storage': 'failed', queue: 'failed' });
});

it('says what Azure answers about the server, that it is not there, or that nothing names it', async () => {
  const armOf = async (systems = scene.systems): Promise<HopResult | undefined> =>
    find(await runSelfTest(systems), 'good', 'arm');
  expect(await armOf()).toMatchObject({ state: 'ok', detail: 'the server lifebook-db is Ready' });
  scene.arm.fault = () => problem(403, 'AuthorizationFailed', 'The client has no right to read this.');
  expect(await armOf()).toMatchObject({
    state: 'failed',
    detail: 'reading server lifebook-db: answered 403 AuthorizationFailed: The client has no right to read this.',
  });
  scene.arm.fault = undefined;
  scene.arm.servers.clear();
  expect(await armOf()).toMatchObject({ state: 'failed', detail: 'there is no server lifebook-db in lifebook-rg' });
  const { AZURE_SUBSCRIPTION_ID: _without, ...rest } = scene.environment;
  expect(await armOf(buildApp(rest).systems)).toMatchObject({
    state: 'not-configured',
    detail: 'calls to Azure need settings that are not there: AZURE_SUBSCRIPTION_ID',
  });
});
