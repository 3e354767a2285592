import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';
import { type LocalServer, runGate, startJsonServer } from '../fixtures/pipelines/gate';

const cleanup = new Cleanup();
let app: HostedApp;
/** Plays the two that give tokens: GitHub's identity token, and Entra, which changes it for one of the API. */
let issuers: LocalServer;
const asked: string[] = [];

beforeAll(async () => {
  const tools = await bundledTools();
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  const server: LocalPostgres = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 1000) as id');
  const closed = 'postgresql://backup:none@127.0.0.1:1/postgres';
  const settings = { PGTOOLS_DIR: tools, DATABASE_URL_FAMILY: login.url('postgres'), DATABASE_URL_CLOSED: closed };
  app = await cleanup.add(startHostedApp(store, settings));
  const token = await app.token('Release');
  issuers = await cleanup.add(
    startJsonServer((method, url, body, { headers }) => {
      asked.push(`${method} ${url.pathname}${url.search} ${headers.authorization ?? ''} ${body}`.trim());
      if (url.pathname === '/github') return { body: { value: 'an.identity.token' } };
      if (url.pathname === '/a-tenant/oauth2/v2.0/token') return { body: { access_token: token, expires_in: 3600 } };
      return undefined;
    }),
  );
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const inputs = (more: Record<string, string> = {}): Record<string, string> => ({
  ...{
    BACKUP_API_URL: `${app.host.url}/api`,
    RELEASE_VERSION: 'v1.42.0',
    RELEASE_COMMIT: 'abc123',
    DATABASE: 'family',
  },
  ...more,
});
const onGitHub = (): Record<string, string> => ({
  ...{ GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: `${issuers.url}/github?v=1` },
  ...{ ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token', ENTRA_AUTHORITY: issuers.url },
  ...{ ENTRA_TENANT_ID: 'a-tenant', ENTRA_CLIENT_ID: 'the-pipeline', ENTRA_AUDIENCE: 'the-api' },
});
const onAzure = async (): Promise<Record<string, string>> => ({
  ...{ TF_BUILD: 'True', BACKUP_TOKEN: await app.token('Release') },
});

it('takes a verified backup before a release and marks the release afterwards, on GitHub without a stored secret', async () => {
  const before = await runGate('backup', inputs({ ...onGitHub(), PIPELINE_ATTEMPT: '1-1' }));
  expect([before.log, before.exitCode]).toEqual([expect.stringContaining('backup job'), 0]);
  const [, backupId = ''] = /^backup-id=(family_backup_\d{8}_\d{4})$/m.exec(before.outputs) ?? [];
  const backup = await app.call('GET', `/backups/${backupId}`, { role: 'Read' });
  expect(backup.body).toMatchObject({ state: 'verified', manifest: { kind: 'pre-release' } });
  expect(before.page).toContain(`### Backup before release v1.42.0\n`);
  expect(before.page).toContain(
    `| Backup | ${backupId} |\n| Database | family |\n| State | verified (fully-decoded) |\n`,
  );
  expect(before.page).toContain('| Rows | 1000 |\n');
  expect(asked).toEqual([
    'GET /github?v=1&audience=api%3A%2F%2FAzureADTokenExchange Bearer request-token',
    'POST /a-tenant/oauth2/v2.0/token  grant_type=client_credentials&client_id=the-pipeline&scope=the-api%2F.default' +
      '&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=an.identity.token',
  ]);

  // the same attempt again, after a lost connection: the same job
  const again = await runGate('backup', inputs({ ...onGitHub(), PIPELINE_ATTEMPT: '1-1' }));
  expect(again.outputs).toBe(before.outputs);

  const after = await runGate('verified', inputs(onGitHub()));
  expect([after.log, after.exitCode]).toEqual(['', 0]);
  expect(after.page).toMatch(/^### Release v1\.42\.0 is verified\n/);
  expect(after.page).toContain(`| Dumps that wait no longer | ${backupId} |`);
});

it('stops the release with the reason and the hint when there is no backup, in Azure Pipelines', async () => {
  const run = await runGate('backup', inputs({ ...(await onAzure()), DATABASE: 'closed', PIPELINE_ATTEMPT: '1-1' }));
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(
    /##vso\[task\.logissue type=error\]no backup, no release: job \S+ failed: database-unreachable – .+ – .+/,
  );
});

it('sets the outputs of a step and the page of a run in Azure Pipelines', async () => {
  const run = await runGate('backup', inputs({ ...(await onAzure()), PIPELINE_ATTEMPT: '2-1' }));
  expect(run.exitCode).toBe(0);
  expect(run.log).toMatch(
    /^##vso\[task\.setvariable variable=backupId;isOutput=true\]family_backup_\d{8}_\d{4}(_2)?$/m,
  );
  expect(run.page).toContain('| State | verified (fully-decoded) |');
});

it.each([
  [
    'a database that the app does not have',
    { DATABASE: 'other' },
    'database: no database of that name is configured (configured: closed, family)',
  ],
  ['a release that no backup names', { RELEASE_VERSION: 'v9' }, 'no pre-release backup names v9'],
])('says what is wrong with %s', async (_name, wrong, reason) => {
  const step = 'DATABASE' in wrong ? 'backup' : 'verified';
  const run = await runGate(step, inputs({ ...(await onAzure()), ...(wrong as Record<string, string>) }));
  expect([run.exitCode, run.log]).toEqual([1, expect.stringContaining(reason)]);
});
