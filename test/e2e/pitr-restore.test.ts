import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { Client } from 'pg';
import { startRecoverablePostgres, type RecoverablePostgres } from '../../infra/local/azure/recoverable-postgres';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { INSTALLATION_TAG, JOB_TAG } from '../../shared/domain/point-in-time/clone-tags';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { requestDrill } from '../../shared/operations/drills/request-drill';
import { type AzureScene, startAzureScene } from '../fixtures/azure/azure-scene';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let postgres: RecoverablePostgres;
let store: LocalBlobStore;
let scene: AzureScene;
let backups: BackupApp;
let clones = 1;

/** A cron.job and a function of pg_cron's shape: the extension itself is not in the package. */
const PG_CRON = [
  'create schema cron',
  'create table cron.job (jobid bigint primary key, jobname text, command text, schedule text)',
  "insert into cron.job values (1, 'purge', 'delete from moments', '0 3 * * *')",
  `create function cron.unschedule(id bigint) returns boolean language sql as
     'delete from cron.job where jobid = id returning true'`,
];

beforeAll(async () => {
  const toolsDir = await bundledTools();
  postgres = await cleanup.add(startRecoverablePostgres(17));
  store = await cleanup.add(startAzurite({ inMemory: true }));
  const { server } = postgres;
  await sql(server, 'postgres', 'create database lifebook', 'create database publisher');
  await sql(server, 'lifebook', 'create table moments (id int primary key, story text)', ...PG_CRON);
  await sql(server, 'publisher', 'create publication feed');
  const slot = "with (connect = false, enabled = false, slot_name = 'none_yet')";
  await sql(
    server,
    'lifebook',
    `create subscription feed connection 'host=127.0.0.1 dbname=publisher' publication feed ${slot}`,
    'alter subscription feed enable',
  );
  const settings = {
    ...{ DATABASE_URL: server.url('lifebook'), DATABASE_ADMIN_URL: server.url('postgres') },
    ...{ PGTOOLS_DIR: toolsDir, DRILL_MOMENT_AGE_SECONDS: '0' },
  };
  backups = startBackupApp(store, settings);
  scene = await cleanup.add(
    startAzureScene(store, settings, async (time) => {
      clones += 1;
      const clone = await postgres.recover(time, `127.0.0.${clones}`);
      return { host: clone.host, admit: (isOpen) => clone.admit(isOpen), remove: () => clone.stop() };
    }),
  );
  scene.source.earliestRestoreDate = `${postgres.earliestAt.toISOString().slice(0, -1)}4567Z`;
}, FIRST_BUILD_TIMEOUT_MS);

afterAll(() => cleanup.stopAll());

/** Rows before and after a moment that lies, by the server's own clock, between two of them. */
async function writeAround(): Promise<{ moment: string; before: number }> {
  const { server } = postgres;
  const before = randomInt(5, 200);
  await sql(
    server,
    'lifebook',
    'delete from moments',
    `insert into moments select n, 'before' from generate_series(1, ${before}) n`,
  );
  const [{ at } = { at: '' }] = (await sql(
    server,
    'lifebook',
    'select pg_sleep(0.05)',
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  )) as { at: string }[];
  await sql(
    server,
    'lifebook',
    'select pg_sleep(0.05)',
    `insert into moments select 1000 + n, 'after' from generate_series(1, 50) n`,
  );
  return { moment: at, before };
}

async function ask(host: string, text: string): Promise<unknown[]> {
  const { port, superuser, password } = postgres.server;
  const client = new Client({ host, port, user: superuser, password, database: 'lifebook' });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('a point-in-time restore', () => {
  it('makes a new server with exactly what was committed before the moment, and leaves the source as it is', async () => {
    const { moment, before } = await writeAround();
    const callsBefore = scene.arm.calls.length;
    const record = await scene.restore({ pointInTime: moment, then: 'keep' });
    expect(record).toMatchObject({ state: 'succeeded', retries: 0, kills: {}, givenBack: 0 });
    const { host, server, url, parity } = record.result as unknown as {
      host: string;
      server: string;
      url: string;
      parity: object[];
    };
    expect(url).toBe(`postgresql://postgres@${host}:${postgres.server.port}/lifebook`);
    expect(await ask(host, 'select story, count(*)::int from moments group by 1')).toEqual([
      { story: 'before', count: before },
    ]);
    expect(await sql(postgres.server, 'lifebook', "select count(*)::int from moments where story = 'after'")).toEqual([
      { count: 50 },
    ]);
    expect(parity).toMatchObject([
      { kind: 'firewall-rule', name: 'office', source: '203.0.113.7–203.0.113.7', clone: 'none', outcome: 'applied' },
      { kind: 'firewall-rule', name: 'AllowAllAzureIps', outcome: 'applied' },
      { kind: 'parameter', name: 'work_mem', source: '65536', outcome: 'applied' },
      { kind: 'parameter', name: 'max_connections', source: '200', outcome: 'applied' },
      { kind: 'diagnostic-settings', outcome: 'not-compared' },
    ]);
    const clone = scene.arm.servers.get(server);
    expect(clone?.parameters.get('max_connections')).toMatchObject({ value: '200', isPendingRestart: false });
    expect(clone?.tags).toEqual({
      [INSTALLATION_TAG]: await scene.systems.jobLedger.installationId(),
      [JOB_TAG]: record.jobId,
    });
    const written = scene.arm.calls.slice(callsBefore).filter(({ method }) => method !== 'GET');
    const onSource = written.filter(({ path }) => path.includes('/lifebook-rg/'));
    expect(onSource).toEqual([]);
  });

  it('stills subscriptions and schedules of the new server, and those of the source go on', async () => {
    const { moment } = await writeAround();
    const record = await scene.restore({ pointInTime: moment, then: 'keep' });
    const { host, quieted } = record.result as unknown as { host: string; quieted: object };
    expect(quieted).toEqual({
      subscriptions: [{ database: 'lifebook', name: 'feed', outcome: 'disabled' }],
      cronJobs: [{ database: 'lifebook', name: 'purge', schedule: '0 3 * * *', outcome: 'unscheduled' }],
    });
    expect(await ask(host, 'select subenabled from pg_subscription')).toEqual([{ subenabled: false }]);
    expect(await ask(host, 'select jobname from cron.job')).toEqual([]);
    expect(await sql(postgres.server, 'lifebook', 'select subenabled from pg_subscription')).toEqual([
      { subenabled: true },
    ]);
    expect(await sql(postgres.server, 'lifebook', 'select jobname from cron.job')).toEqual([{ jobname: 'purge' }]);
  });

  it('exports the database into the catalog under the moment and deletes the server', async () => {
    const { moment, before } = await writeAround();
    const record = await scene.restore({ pointInTime: moment, then: 'export' });
    expect(record).toMatchObject({ state: 'succeeded' });
    const { server, exportedBackupId } = record.result as unknown as { server: string; exportedBackupId: string };
    expect(scene.arm.servers.has(server)).toBe(false);
    const minute = `${moment.slice(0, 10).replaceAll('-', '')}_${moment.slice(11, 16).replace(':', '')}`;
    expect(exportedBackupId.startsWith(`lifebook_backup_${minute}`)).toBe(true);
    const dumps = BlobServiceClient.fromConnectionString(store.connectionString).getContainerClient(
      'lifebook-db-backups',
    );
    const manifest = (
      await dumps.getBlobClient(`pitr/${exportedBackupId}.manifest.json`).downloadToBuffer()
    ).toString();
    expect(JSON.parse(manifest)).toMatchObject({
      kind: 'pitr',
      source: 'clone',
      snapshotAt: moment,
      database: 'lifebook',
    });
    const { contents } = JSON.parse(manifest) as { contents: { tables: { name: string; rows: number }[] } };
    expect(contents.tables.find(({ name }) => name === 'moments')?.rows).toBe(before);
  });

  it('of a server behind private endpoints ends with the new host, and says what could not be stilled', async () => {
    const { moment } = await writeAround();
    const { source } = scene;
    const { network, firewallRules } = source;
    Object.assign(source, { network: { publicNetworkAccess: 'Disabled' }, firewallRules: new Map() });
    const record = await scene.restore({ pointInTime: moment, then: 'keep' });
    Object.assign(source, { network, firewallRules });
    expect(record).toMatchObject({ state: 'succeeded', retries: 0 });
    const { host, steps, warnings } = record.result as unknown as { host: string; steps: string[]; warnings: object[] };
    expect(host).toMatch(/^127\.0\.0\./);
    expect(warnings[0]).toMatchObject({ code: 'clone-not-reached' });
    expect(steps.slice(0, 2).map((step) => step.split(' ').slice(0, 4).join(' '))).toEqual([
      ...['make a private endpoint', 'disable its subscriptions (ALTER'],
    ]);
  });

  it('shows no signed URL and no token in its record', async () => {
    const text = JSON.stringify(await scene.restore({ pointInTime: (await writeAround()).moment, then: 'keep' }));
    expect(text).not.toContain('azureAsyncOperation');
    expect(text).not.toContain(scene.arm.token);
    expect(text).not.toContain(postgres.server.password);
  });
});

describe('a drill of a point in time', () => {
  const drill = async (): Promise<JobRecord> => {
    const { jobId } = await requestDrill(scene.systems, { database: 'lifebook', source: 'pitr' }, 'test', undefined);
    return scene.end(jobId);
  };

  it('clones to a recent moment, compares with the backup of before, measures, and deletes the clone', async () => {
    const { before } = await writeAround();
    const { manifest } = await backups.succeed();
    await sql(postgres.server, 'lifebook', "insert into moments values (9999, 'after the backup')");
    const record = await drill();
    expect([record.state, record.error]).toEqual(['succeeded', undefined]);
    const evidence = await scene.systems.evidence.read(record.jobId);
    expect(evidence).toMatchObject({
      ...{ kind: 'pitr', verdict: 'passed', backup: null, compared: { tables: 2, rows: before + 51 } },
      moment: { sourceServer: 'lifebook-db', comparedWith: manifest.backupId },
      checks: [{ name: 'public.assets.blob_url', state: 'skipped' }],
    });
    expect(evidence?.tables).toContainEqual({
      ...{ schema: 'public', name: 'moments', rows: before + 51, rowsInBackup: before + 50, hasChecksum: false },
    });
    expect(evidence?.recoverySeconds).toBeGreaterThan(0);
    expect(Date.parse(evidence?.moment?.lastCommitAt ?? '')).toBeLessThanOrEqual(
      Date.parse(evidence?.moment?.pointInTime ?? ''),
    );
    expect(scene.arm.servers.has(evidence?.temporaryServer ?? '')).toBe(false);
    expect(record.result).toMatchObject({
      kind: 'pitr',
      verdict: 'passed',
      pointInTime: evidence?.moment?.pointInTime,
    });
  });

  it('fails when a table is gone that the backup of before has, and deletes the clone', async () => {
    const { server } = postgres;
    await sql(server, 'lifebook', 'create table alembic_version (version_num text)');
    await sql(server, 'lifebook', "insert into alembic_version values ('ae1027a6acf')", 'create table links (id int)');
    await backups.succeed();
    await sql(server, 'lifebook', 'drop table links');
    const record = await drill();
    const evidence = await scene.systems.evidence.read(record.jobId);
    expect([record.state, record.error?.code]).toEqual(['failed', 'restore-differs']);
    expect(evidence).toMatchObject({ kind: 'pitr', verdict: 'content-failed' });
    expect(evidence?.failure?.detail).toContain('table "public"."links" is in the backup of before');
    expect(scene.arm.servers.has(evidence?.temporaryServer ?? '')).toBe(false);
  });

  it('says that the infrastructure failed when Azure does not restore', async () => {
    scene.arm.behaviour.ends = 'Failed';
    const record = await drill();
    scene.arm.behaviour.ends = 'Succeeded';
    expect(record.error?.code).toBe('azure-operation-failed');
    expect(await scene.systems.evidence.read(record.jobId)).toMatchObject({
      ...{ kind: 'pitr', verdict: 'infrastructure-failed', compared: null, recoverySeconds: null },
    });
  });
});
