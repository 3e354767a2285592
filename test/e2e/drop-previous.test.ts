import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { Failure } from '../../shared/domain/failure';
import type { JobKind, JobRecord } from '../../shared/domain/jobs/job';
import { dropPrevious, type DropRequest } from '../../shared/operations/restore/drop-previous';
import { findJob } from '../../shared/operations/jobs/jobs';
import { readBackup } from '../../shared/operations/catalog/read-backups';
import { requestDrops } from '../../shared/operations/restore/request-drops';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { notedSwitch } from '../../shared/operations/restore/switch-databases';
import type { Systems } from '../../shared/systems/systems';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { connectionTo } from '../fixtures/pg-server/connections';
import { directRun } from '../fixtures/restore/direct-run';

const cleanup = new Cleanup();
let store: LocalBlobStore;
let server: LocalPostgres;
let app: BackupApp;
let backupId: string;
let settings: Record<string, string>;

beforeAll(async () => {
  const tools = await bundledTools();
  store = await cleanup.add(startAzurite());
  server = await cleanup.add(startPostgres({ major: 17 }));
  await sql(server, 'postgres', 'create database app');
  await sql(server, 'app', 'create table people (name text)', "insert into people values ('Anna')");
  await sql(server, 'app', "comment on database app is 'ours'");
  settings = {
    ...{ PGTOOLS_DIR: tools, DATABASE_URL: server.url('app'), DATABASE_ADMIN_URL: server.url('postgres') },
    AZURE_STORAGE_BACKUP_CONTAINER: 'drop-previous',
  };
  app = startBackupApp(store, settings);
  backupId = (await app.succeed()).manifest.backupId;
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

/** The app of so many hours later. */
const later = (hours: number, systems = app.systems): Systems => ({
  ...systems,
  clock: { now: () => new Date(Date.now() + hours * 3_600_000) },
});
async function run(
  kind: JobKind,
  request: Readonly<Record<string, unknown>>,
  systems = app.systems,
): Promise<JobRecord> {
  const { record } = await requestJob(systems, { kind, database: 'app', request, requestedBy: 'test' });
  await runJob(systems, record.jobId, new AbortController().signal);
  return findJob(systems, record.jobId);
}
const databases = async (): Promise<string[]> =>
  (await sql(server, 'postgres', "select datname from pg_database where datname like 'app%' order by 1")).map((row) =>
    String(row['datname']),
  );
const dumpsOfPrevious = async (): Promise<number> => {
  let count = 0;
  for await (const { name } of app.dumps.listBlobsFlat({ prefix: 'safety/' })) if (name.endsWith('.json')) count += 1;
  return count;
};
/** Swaps the backup in, with a row in the database that goes which is in no backup. */
async function swap(row: string): Promise<{ jobId: string; order: DropRequest }> {
  await sql(server, 'app', `insert into people values ('${row}')`);
  const record = await run('restore', { backupId, mode: 'swap', confirm: 'app' });
  const noted = notedSwitch(record);
  if (noted === undefined) throw new Error(`nothing was swapped: ${JSON.stringify(record.error)}`);
  const { jobId } = record;
  return { jobId, order: { swapJobId: jobId, oid: noted.liveOid, name: noted.liveBecomes } };
}
const drop = (order: DropRequest, systems = later(73)): Promise<JobRecord> =>
  run('drop-previous', { ...order }, systems);

describe('a swapped-out database', () => {
  let swapped: Awaited<ReturnType<typeof swap>>;
  const quoted = (name: string): string => `"${name}"`;
  beforeAll(async () => {
    swapped = await swap('Berta');
  });
  const expectKept = async (record: JobRecord, reason: string): Promise<void> => {
    expect([record.state, record.error?.code]).toEqual(['failed', 'previous-kept']);
    expect(record.error?.detail).toContain(reason);
    expect(await databases()).toHaveLength(2);
    expect(await dumpsOfPrevious()).toBe(0);
  };

  it('has a job of its own, asked for when its time is over, once a day', async () => {
    const jobs = async (hours: number): Promise<number> => {
      await requestDrops(later(hours));
      let count = 0;
      for await (const { kind } of app.systems.jobLedger.listOpen()) if (kind === 'drop-previous') count += 1;
      return count;
    };
    expect([await jobs(71), await jobs(73), await jobs(73), await jobs(97)]).toEqual([0, 1, 1, 2]);
  });

  it('stays while its time is not over', async () => {
    await expectKept(await drop(swapped.order, later(71)), 'PREVIOUS_DATABASE_KEEP_HOURS (72) is not over');
  });

  it('stays when somebody gave it another comment', async () => {
    const { name } = swapped.order;
    const comment = await commentOf(swapped.order.oid);
    await sql(server, 'postgres', `comment on database ${quoted(name)} is 'still needed'`);
    await expectKept(await drop(swapped.order), 'its comment no longer says');
    await sql(server, 'postgres', `comment on database ${quoted(name)} is '${comment ?? ''}'`);
  });

  it('stays when somebody renamed it', async () => {
    const { name } = swapped.order;
    await sql(server, 'postgres', `alter database ${quoted(name)} rename to app_keep`);
    await expectKept(await drop(swapped.order), 'it is called "app_keep" now');
    await sql(server, 'postgres', `alter database app_keep rename to ${quoted(name)}`);
  });

  it.each([
    ['a configured URL names it', (): string => server.url(swapped.order.name)],
    ['the configured URLs cannot all be read', (): string => 'no URL'],
  ])('stays when %s', async (reason, url) => {
    const other = startBackupApp(store, { ...settings, RESTORE_TARGET_OLD: url() });
    await expectKept(await drop(swapped.order, later(73, other.systems)), reason);
  });

  it('stays while somebody is connected, who is named', async () => {
    const client = new Client({ connectionString: server.url(swapped.order.name), application_name: 'an old worker' });
    await client.connect();
    await expectKept(await drop(swapped.order), 'an old worker');
    const found = { name: swapped.order.name, oid: swapped.order.oid, comment: await commentOf(swapped.order.oid) };
    const admin = connectionTo(server, 'postgres');
    await expect(app.systems.pgAdmin.dropUnused(admin, found)).rejects.toMatchObject({ code: 'previous-kept' });
    await client.end();
    expect(await databases()).toHaveLength(2);
  });

  it('stays when it was written to while it was dumped', async () => {
    const systems = later(73);
    const { dumpStore } = systems;
    const createText = dumpStore.createText.bind(dumpStore);
    const writing = new Proxy(dumpStore, {
      get: (target, name) =>
        name !== 'createText'
          ? (Reflect.get(target, name) as unknown)
          : async (...args: Parameters<typeof createText>) => {
              await sql(server, swapped.order.name, "insert into people values ('Carla')");
              return createText(...args);
            },
    });
    const record = await drop(swapped.order, { ...systems, dumpStore: writing });
    expect(record.error).toMatchObject({
      ...{ code: 'previous-kept', detail: expect.stringContaining('written to while it was dumped') as unknown },
    });
    expect(await databases()).toHaveLength(2);
    await sql(server, swapped.order.name, "delete from people where name = 'Carla'");
  });

  it('is dumped, verified and dropped; the record of the restore tells it, and an undo names the dump', async () => {
    await app.systems.jobLedger.fileAway(swapped.jobId);
    const record = await drop(swapped.order);
    expect([record.state, record.error]).toEqual(['succeeded', undefined]);
    const dump = String(record.result?.['backupId']);
    expect(await databases()).toEqual(['app']);
    const { manifest, state } = await readBackup(app.systems, dump);
    expect(state).toBe('verified');
    expect(manifest).toMatchObject({
      ...{ kind: 'safety', source: 'previous', name: 'app', database: swapped.order.name },
      contents: { tables: [{ name: 'people', rows: 2 }] },
      databaseProperties: { comment: 'ours' },
    });
    const restore = await findJob(app.systems, swapped.jobId);
    expect(restore.result).toMatchObject({
      previousDatabase: swapped.order.name,
      previousDropped: { at: record.result?.['droppedAt'], jobId: record.jobId, backupId: dump },
    });
    const undo = await run('undo', { restoreJobId: swapped.jobId, confirm: 'app' });
    expect(undo.error).toEqual({
      code: 'undo-too-late',
      detail: `"${swapped.order.name}" was dropped at ${String(record.result?.['droppedAt'])}; ${dump} is its dump`,
      hint: `restore that dump: POST /api/restores {"backupId": "${dump}", "mode": "swap"}`,
    });
    const again = await drop(swapped.order);
    expect(again.result?.warnings).toEqual([
      { code: 'gone-already', detail: `"${swapped.order.name}" is not there any more` },
    ]);
  });

  it('comes back from its dump as it was', async () => {
    const restore = await findJob(app.systems, swapped.jobId);
    const { backupId: dump } = restore.result?.['previousDropped'] as { backupId: string };
    const restored = await run('restore', { backupId: dump, mode: 'new-database', targetDatabase: 'app_again' });
    expect([restored.state, restored.error]).toEqual(['succeeded', undefined]);
    expect(await sql(server, 'app_again', 'select name from people order by 1')).toEqual([
      { name: 'Anna' },
      { name: 'Berta' },
    ]);
    await sql(server, 'postgres', 'drop database app_again');
  });
});

const dying = (when: 'before' | 'after'): Systems => {
  const systems = later(73);
  const { pgAdmin } = systems;
  const dropUnused: typeof pgAdmin.dropUnused = async (admin, database) => {
    if (when === 'after') await pgAdmin.dropUnused(admin, database);
    throw new Failure('database-connection-lost', 'the server closed the connection');
  };
  return { ...systems, pgAdmin: { ...pgAdmin, dropUnused } };
};

describe('a worker that dies at the drop', () => {
  it('leaves the database when it had not happened, and nobody says that it had', async () => {
    const { jobId, order } = await swap('Dora');
    const record = await drop(order, dying('before'));
    expect(record.error?.code).toBe('database-connection-lost');
    expect(await databases()).toContain(order.name);
    expect((await findJob(app.systems, jobId)).result?.['previousDropped']).toBeUndefined();
    expect((await drop(order)).state).toBe('succeeded');
  });

  it('has succeeded when it had happened, and the record of the restore tells it', async () => {
    const { jobId, order } = await swap('Emma');
    const record = await drop(order, dying('after'));
    expect([record.state, record.result?.warnings[0]?.code]).toEqual(['succeeded', 'stopped-too-late']);
    expect(await databases()).not.toContain(order.name);
    expect((await findJob(app.systems, jobId)).result?.['previousDropped']).toMatchObject({
      ...{ jobId: record.jobId, backupId: record.result?.['backupId'] },
    });
  });
});

describe('a worker that takes the drop over', () => {
  it.each(['before', 'after'] as const)('ends it, when the other one was killed %s it', async (when) => {
    const { jobId, order } = await swap('Frida');
    const run = directRun(`20261128T000000Z-${when}`);
    Object.assign(run.record, { database: 'app', request: order });
    await expect(dropPrevious(dying(when), run)).rejects.toThrow('database-connection-lost');
    const result = await dropPrevious(later(73), run);
    expect(result).toMatchObject({ previousDatabase: order.name, backupId: run.record.notes['backupId'] });
    expect(await databases()).not.toContain(order.name);
    expect((await findJob(app.systems, jobId)).result?.['previousDropped']).toEqual({
      ...{ at: result['droppedAt'], jobId: run.record.jobId, backupId: result['backupId'] },
    });
  });
});

async function commentOf(oid: number): Promise<string | null> {
  const [row] = await sql(server, 'postgres', `select shobj_description(${oid}, 'pg_database') as comment`);
  return row?.['comment'] as string | null;
}
