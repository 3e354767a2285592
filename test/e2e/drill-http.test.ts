import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { Manifest } from '../../shared/domain/backup/manifest';
import { launchChromium } from '../fixtures/console/chromium';
import { findViolations } from '../fixtures/console/find-violations';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type Answer, type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
const PHONE = 360;
let source: LocalPostgres;
let drills: LocalPostgres;
let app: HostedApp;
let browser: Browser;
let dumps: ContainerClient;

beforeAll(async () => {
  const tools = await bundledTools();
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  source = await cleanup.add(startPostgres({ major: 17 }));
  drills = await cleanup.add(startPostgres({ major: 17 }));
  await sql(source, 'postgres', 'create database family');
  await sql(
    source,
    'family',
    'create table moments (id int primary key, story text)',
    `insert into moments select n, md5(n::text) from generate_series(1, 200) n`,
  );
  app = await cleanup.add(
    startHostedApp(store, {
      ...{ PGTOOLS_DIR: tools, DATABASE_URL: source.url('family'), TABLE_CHECKSUMS: 'true' },
      DRILL_DATABASE_URL: drills.url('postgres'),
    }),
  );
  browser = await launchChromium();
  cleanup.also(() => browser.close());
  dumps = BlobServiceClient.fromConnectionString(store.connectionString).getContainerClient('lifebook-db-backups');
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

async function run(path: string, body: object): Promise<Answer['body']> {
  const accepted = await app.call('POST', path, { body });
  expect(accepted.status).toBe(202);
  return (await app.ended(accepted.body['jobId'])).body;
}

async function backUp(): Promise<string> {
  const { result } = await run('/backups', { kind: 'manual' });
  return (result as { backupId: string }).backupId;
}

const read = (name: string): Promise<Buffer> => dumps.getBlobClient(`manual/${name}`).downloadToBuffer();

/** What stands in the store under a name, changed behind the app's back. */
async function overwrite(name: string, bytes: Buffer): Promise<void> {
  const blob = dumps.getBlockBlobClient(`manual/${name}`);
  const { metadata = {} } = await blob.getProperties();
  await blob.upload(bytes, bytes.length, { metadata });
}

const databases = async (): Promise<unknown[]> =>
  (await sql(drills, 'postgres', 'select datname from pg_database where not datistemplate')).map(
    ({ datname }) => datname,
  );

/** The evidence of a job, and its page as a person sees it on a phone; the page must be whole and readable there. */
async function evidenceOf(job: Answer['body']): Promise<{ evidence: Answer['body']; page: string }> {
  const id = String(job['jobId']);
  const { body } = await app.call('GET', `/drills/${id}`, { role: 'Read' });
  const extraHTTPHeaders = { authorization: `Bearer ${await app.token('Read')}` };
  const page = await browser.newPage({ extraHTTPHeaders, viewport: { width: PHONE, height: 800 }, bypassCSP: true });
  const complaints: string[] = [];
  page.on('console', (message) => void complaints.push(message.text()));
  await page.goto(`${app.host.url}/api/drills/${id}`);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE);
  expect(await findViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  const text = await page.locator('main').innerText();
  await page.close();
  return { evidence: body, page: text };
}

describe('a drill by its call', () => {
  it('passes for a good backup, and its page tells how long a recovery takes and what was compared', async () => {
    const backupId = await backUp();
    const job = await run('/drills', { source: 'newest' });
    expect(job).toMatchObject({ state: 'succeeded', result: { verdict: 'passed', backupId } });
    const { evidence, page } = await evidenceOf(job);
    expect(evidence).toMatchObject({ verdict: 'passed', compared: { tables: 1, rows: 200, checksums: 1 } });
    for (const told of ['Passed: this backup restores.', backupId, 'public.moments', 'rows and checksum equal']) {
      expect(page).toContain(told);
    }
    expect(await databases()).toEqual(['postgres']);
  });

  it('fails for a damaged dump, and marks it', async () => {
    const backupId = await backUp();
    const bytes = await read(`${backupId}.dump`);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    await overwrite(`${backupId}.dump`, bytes);
    const job = await run('/drills', { backupId });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'stored-bytes-differ' } });
    const { evidence, page } = await evidenceOf(job);
    expect(evidence).toMatchObject({ verdict: 'content-failed', failure: { code: 'stored-bytes-differ' } });
    expect(page).toContain('Failed: what was restored is not what it should be.');
    const listed = await app.call('GET', `/backups/${backupId}`, { role: 'Read' });
    expect([listed.body['state'], await databases()]).toEqual(['damaged', ['postgres']]);
  });

  it('fails for one changed cell with as many rows', async () => {
    const backupId = await backUp();
    await sql(source, 'family', `update moments set story = 'another' where id = 7`);
    const other = await backUp();
    // a manifest that agrees with the bytes, and not with the contents
    const text = (await read(`${backupId}.manifest.json`)).toString();
    const manifest = JSON.parse(text) as Manifest;
    const { dump } = JSON.parse((await read(`${other}.manifest.json`)).toString()) as Manifest;
    await overwrite(`${backupId}.dump`, await read(`${other}.dump`));
    const changed = { ...manifest, dump: { ...dump, blob: manifest.dump.blob } };
    await overwrite(`${backupId}.manifest.json`, Buffer.from(JSON.stringify(changed)));
    const job = await run('/drills', { backupId });
    expect(job['error']).toMatchObject({
      code: 'restore-differs',
      detail: 'table "public"."moments" has as many rows as the manifest says, with other contents',
    });
    const { evidence, page } = await evidenceOf(job);
    expect([evidence['verdict'], await databases()]).toEqual(['content-failed', ['postgres']]);
    expect(page).toContain('with other contents');
  });

  it('was not carried out where the drill server is down, and blames no backup', async () => {
    const backupId = await backUp();
    await drills.stop();
    const job = await run('/drills', { backupId });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'database-unreachable' } });
    const { evidence, page } = await evidenceOf(job);
    expect(evidence).toMatchObject({ verdict: 'infrastructure-failed', server: null });
    expect(page).toContain('Not carried out: something other than the backup failed.');
    const listed = await app.call('GET', `/backups/${backupId}`, { role: 'Read' });
    expect(listed.body['state']).toBe('verified');
  });
});
