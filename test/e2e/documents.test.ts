import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LocalEnvironment, startLocalEnvironment } from '../../infra/local/environment/local-environment';
import { commandsOf, isRunHere, PAGES } from '../fixtures/documents/commands';
import { Paster } from '../fixtures/documents/paste';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

const CONTAINER = 'lifebook-db-backups';
/** Calls that are right and refused here: one needs what no simulator has, the other a job that is still running. */
const REFUSED = { '/storage-policies/apply': 'not-configured', '/cancel': 'job-already-ended' };

const cleanup = new Cleanup();
let environment: LocalEnvironment;
let app: HostedApp;
let shell: Paster;
let dumps: BlobServiceClient;

beforeAll(async () => {
  const tools = await bundledTools();
  environment = await cleanup.add(
    startLocalEnvironment({
      ...{ major: 17, sizeBytes: 1_000_000, pgtoolsDir: tools, isAzureSimulated: true },
      ...{ onStep: () => undefined, signal: new AbortController().signal },
    }),
  );
  const { AUTH_MODE: _own, LOCAL_ISSUER_JWKS: _too, ...settings } = environment.settings;
  app = await cleanup.add(startHostedApp(environment.blobStore, { ...settings, DRILL_ON_SOURCE: 'true' }));
  shell = await cleanup.add(Paster.start(app, environment, tools));
  dumps = BlobServiceClient.fromConnectionString(environment.blobStore.connectionString);
  shell.set('HOST', environment.postgres.host);
  shell.set('MOMENT', new Date().toISOString());
  const content = BlobServiceClient.fromConnectionString(environment.azure?.content.connectionString ?? '');
  for (const name of ['family-7/1.jpg', 'family-7/2.jpg']) {
    const photo = content.getContainerClient('photos').getBlockBlobClient(name);
    await photo.upload('a photo', 7);
    await photo.delete();
  }
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

it.each(PAGES)(
  '%s: what it says to type works, in its order',
  async (page) => {
    const commands = commandsOf(page);
    const problems: string[] = [];
    for (const command of commands) {
      if (page === 'docs/migration.md' && command.startsWith('azcopy'))
        await putForeignDump('old/lifebook-2026-11-01.dump');
      if (command.startsWith('az storage blob download') && command.includes('.dump')) await download();
      if (command.startsWith('az storage blob upload')) await upload('lifebook-by-hand.dump');
      const problem = await shell.paste(command);
      if (problem === undefined) continue;
      const [, code = 'none'] = Object.entries(REFUSED).find(([path]) => command.includes(path)) ?? [];
      if (!problem.includes(`"code":"${code}"`)) problems.push(problem);
    }
    expect(problems).toEqual([]);
    expect(commands.filter(isRunHere).length).toBeGreaterThan(3);
  },
  600_000,
);

it('left, after the runbook by hand, the restored database under the name and the old one beside it', async () => {
  const { postgres } = environment;
  const rows = (await sql(postgres, 'postgres', 'select datname from pg_database order by 1')) as { datname: string }[];
  const names = rows.map(({ datname }) => datname);
  expect(names).toEqual(expect.arrayContaining(['lifebook', 'lifebook_before', 'lifebook_look']));
  expect(await sql(postgres, 'lifebook', 'select count(*) > 0 as restored from moments')).toEqual([{ restored: true }]);
});

/** `az storage blob download`, of the newest backup. */
async function download(): Promise<void> {
  const backupId = shell.get('BACKUP_ID');
  const { body } = await app.call('GET', `/backups/${backupId}`);
  const { blob } = (body['manifest'] as { dump: { blob: string } }).dump;
  await dumps
    .getContainerClient(CONTAINER)
    .getBlobClient(blob)
    .downloadToFile(join(shell.folder, `${backupId}.dump`));
}

/** `az storage blob upload`, of what was dumped by hand. */
async function upload(file: string): Promise<void> {
  const bytes = await readFile(join(shell.folder, file));
  await dumps.getContainerClient(CONTAINER).getBlockBlobClient(`by-hand/${file}`).upload(bytes, bytes.length);
}

/** What the shell scripts left: a dump of pg_dump -Fc without a manifest. */
async function putForeignDump(name: string): Promise<void> {
  expect(await shell.paste('pg_dump --format=custom --dbname lifebook --file foreign.dump')).toBeUndefined();
  const bytes = await readFile(join(shell.folder, 'foreign.dump'));
  await dumps.getContainerClient(CONTAINER).getBlockBlobClient(name).upload(bytes, bytes.length);
}
