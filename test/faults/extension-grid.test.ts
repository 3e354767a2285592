import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { type BackupApp, startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';
import { setExtension } from '../fixtures/faults/fault-extension';
import { EXTENSION_CELLS, type ExtensionCell } from './cells/extension-cells';

const NUMBER_OF_CELLS = 16;
const titleOf = ({ mode, fault, expected }: ExtensionCell): string => `${mode}: ${fault} → ${expected}`;

const cleanup = new Cleanup();
let server: LocalPostgres;
let app: BackupApp;
let limited: BackupApp;
let backupId: string;

beforeAll(async () => {
  const tools = await bundledTools();
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  await setExtension(server, 'nothing');
  await sql(
    server,
    'postgres',
    'create role app_owner',
    `create role limited login createdb password 'limited' in role app_owner, pg_signal_backend`,
    'create database app owner app_owner',
  );
  const table = 'create table words (word text)';
  await sql(server, 'app', 'create extension fault_words', 'set role app_owner', table);
  const settings = { PGTOOLS_DIR: tools, DATABASE_URL: server.url('app'), DATABASE_ADMIN_URL: server.url('postgres') };
  app = startBackupApp(store, settings);
  limited = startBackupApp(store, {
    ...{ ...settings, DATABASE_ADMIN_URL: server.url('postgres', 'limited', 'limited') },
  });
  backupId = (await app.succeed()).manifest.backupId;
  await sql(server, 'app', `insert into words values ('written since')`);
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const databases = async (): Promise<unknown[]> =>
  (await sql(server, 'postgres', 'select datname from pg_database where not datistemplate order by 1')).map(
    ({ datname }) => datname,
  );

describe('a restore of a backup that needs an extension', () => {
  it.each(EXTENSION_CELLS.map((cell) => [titleOf(cell), cell] as const))('%s', async (title, cell) => {
    const { mode, fault, says = '', hint = '' } = cell;
    await setExtension(server, fault);
    const names = mode === 'new-database' ? { targetDatabase: 'restored' } : { confirm: 'app' };
    const request = { backupId, mode, ...names, acceptStorageGrowth: true };
    const { state, error } = await (fault === 'not trusted' ? limited : app).work('restore', request);
    await setExtension(server, 'nothing');
    const outcome = error === undefined ? state : `${state}: ${error.code}`;
    expect(`${mode}: ${fault} → ${outcome}`).toBe(title);
    expect(error?.detail ?? '').toContain(says);
    expect(error?.hint ?? '').toContain(hint);
    expect(await sql(server, 'app', 'select word, fault_words() from words')).toEqual([
      { word: 'written since', fault_words: 'words' },
    ]);
    const others = cell.isNewThere === true ? ['restored'] : [];
    expect(await databases()).toEqual(['app', 'postgres', ...others]);
    for (const other of others) await sql(server, 'postgres', `drop database ${other}`);
  });

  it(`has ${NUMBER_OF_CELLS} cells`, () => {
    expect(EXTENSION_CELLS).toHaveLength(NUMBER_OF_CELLS);
    expect(new Set(EXTENSION_CELLS.map(titleOf)).size).toBe(NUMBER_OF_CELLS);
  });
});
