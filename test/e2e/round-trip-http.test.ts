import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type Answer, type Call, type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

const cleanup = new Cleanup();
let app: HostedApp;
let server: LocalPostgres;

beforeAll(async () => {
  const tools = await bundledTools();
  const store: LocalBlobStore = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 1000) as id');
  const [one, other] = [login.url('postgres'), login.url('postgres')];
  const settings = { PGTOOLS_DIR: tools, DATABASE_URL_FAMILY: one, DATABASE_URL_OTHER_ONE: other };
  app = await cleanup.add(startHostedApp(store, settings));
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

const ended = (answer: Answer): Promise<Answer> => app.ended(answer.body['jobId']);

it('takes a backup that a pipeline asks for, waits for, reads and lists', async () => {
  const body = {
    ...{ kind: 'pre-release', database: 'family', reason: 'before 1.42.0' },
    ...{ release: { version: '1.42.0', commit: 'abc123' }, runningRelease: { version: '1.41.3' } },
  };
  const accepted = await app.call('POST', '/backups', { body, role: 'Release' });
  expect(accepted.status).toBe(202);
  expect(accepted.body).toMatchObject({
    kind: 'backup',
    database: 'family',
    requestedBy: 'test-Release (local:test-Release)',
  });
  const jobId = String(accepted.body['jobId']);
  expect(accepted.headers.get('location')).toBe(`${app.host.url}/api/jobs/${jobId}`);

  const done = await ended(accepted);
  expect(done.body).toMatchObject({ jobId, state: 'succeeded', attempt: 1, progress: { phase: 'done', percent: 100 } });
  const { backupId, sizeBytes, sha256, warnings } = done.body['result'] as Record<string, unknown>;
  expect(backupId).toMatch(/^family_backup_\d{8}_\d{4}$/);
  expect(warnings).toEqual([]);

  const backup = await app.call('GET', `/backups/${String(backupId)}`, { role: 'Read' });
  expect([backup.status, backup.body['state'], backup.body['hold']]).toEqual([200, 'verified', 'none']);
  expect(backup.body['manifest']).toMatchObject({
    ...{
      manifestVersion: 1,
      backupId,
      kind: 'pre-release',
      jobId,
      name: 'family',
      database: 'postgres',
      source: 'live',
    },
    dump: { blob: `pre-release/${String(backupId)}.dump`, sizeBytes, sha256 },
    contents: { tables: [{ schema: 'public', name: 'moments', rows: 1000 }] },
    ...{ release: { version: '1.42.0', commit: 'abc123' }, runningRelease: { version: '1.41.3' } },
  });

  const listed = await app.call('GET', '/backups?database=family&kind=pre-release&state=verified', { role: 'Read' });
  expect(listed.body['items']).toEqual([expect.objectContaining({ backupId, state: 'verified' })]);
  const elsewhere = await app.call('GET', '/backups?database=other-one', { role: 'Read' });
  expect(elsewhere.body['items']).toEqual([]);

  // the next release names nothing that runs: it is the one that was marked
  const marked = await app.call('POST', '/releases/1.42.0/verified', { role: 'Release' });
  expect([marked.status, marked.body['commit'], marked.body['backups']]).toEqual([200, 'abc123', [backupId]]);
  await sql(server, 'postgres', `create table alembic_version as select 'a1'::text as version_num`);
  const next = await app.call('POST', '/backups', {
    body: { kind: 'pre-release', database: 'family', release: { version: '1.43.0' } },
  });
  const second = (await ended(next)).body['result'] as Record<string, unknown>;
  expect(second['warnings']).toEqual([]);
  const { manifest } = (await app.call('GET', `/backups/${String(second['backupId'])}`)).body as {
    manifest?: { runningRelease?: unknown };
  };
  expect(manifest?.runningRelease).toEqual({ version: '1.42.0', commit: 'abc123' });
  await sql(server, 'postgres', `update alembic_version set version_num = 'b2'`);
  const plan = await app.call('GET', '/releases/1.43.0/rollback-plan?database=family', { role: 'Read' });
  expect(plan.body).toMatchObject({
    ...{ redeploy: { version: '1.42.0', commit: 'abc123' }, backup: { backupId: second['backupId'] } },
    schema: { live: 'b2', before: 'a1', hasChanged: true },
    // no admin login is configured here, and no Azure
    ways: [
      { way: 'app-only', missing: [] },
      { way: 'dump', missing: [expect.stringContaining('DATABASE_ADMIN_URL')] },
      { way: 'pitr', missing: [expect.stringContaining('DATABASE_ADMIN_URL'), expect.stringContaining('AZURE_')] },
    ],
  });
  const ofOther = await app.call('GET', '/releases/1.43.0/rollback-plan?database=other-one', { role: 'Read' });
  expect([ofOther.status, ofOther.body['code']]).toEqual([404, 'release-unknown']);
  expect((await app.call('POST', '/releases/1.44.0/verified', { role: 'Release' })).body['code']).toBe(
    'release-unknown',
  );
});

it('gives the same job for the same Idempotency-Key, and refuses the key for another request', async () => {
  const call = (body: object): Promise<Answer> =>
    app.call('POST', '/backups', { body, headers: { 'idempotency-key': 'deploy-7' } });
  const first = await call({ kind: 'manual', database: 'family' });
  const again = await call({ kind: 'manual', database: 'family' });
  expect([first.status, again.status]).toEqual([202, 202]);
  expect(again.body['jobId']).toBe(first.body['jobId']);
  const other = await call({ kind: 'manual', database: 'other-one' });
  expect(other.status).toBe(409);
  expect(other.body).toMatchObject({ code: 'idempotency-key-reused', status: 409 });
  expect((await ended(first)).body['state']).toBe('succeeded');
});

it('refuses to cancel what has ended', async () => {
  const accepted = await app.call('POST', '/backups', { body: { kind: 'manual', database: 'other-one' } });
  await ended(accepted);
  const late = await app.call('POST', `/jobs/${String(accepted.body['jobId'])}/cancel`);
  expect([late.status, late.body['code']]).toEqual([409, 'job-already-ended']);
});

it('answers health to everybody, without names of hosts or users', async () => {
  const { status, body } = await app.call('GET', '/health', { role: null });
  expect([status, body['status']]).not.toEqual([401, undefined]);
  expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|backup@/);
});

describe('a caller', () => {
  it.each([
    ['without a token', 'GET', '/backups', { role: null }, 401, 'unauthenticated'],
    [
      "with somebody else's token",
      'GET',
      '/backups',
      { role: null, headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } },
      401,
      'unauthenticated',
    ],
    [
      'who may only read',
      'POST',
      '/backups',
      { role: 'Read', body: { kind: 'manual', database: 'family' } },
      403,
      'forbidden',
    ],
    ['who may not cancel', 'POST', '/jobs/20261123T000000Z-00000000/cancel', { role: 'Release' }, 403, 'forbidden'],
    ['who asks for a job that is not there', 'GET', '/jobs/20261123T000000Z-00000000', {}, 404, 'not-found'],
    ['who climbs out of the jobs', 'GET', '/jobs/..%2fbackups', {}, 404, 'not-found'],
    ['who asks for a backup that is not there', 'GET', '/backups/family_backup_20200101_0000', {}, 404, 'not-found'],
    ['who asks for a blob by its path', 'GET', '/backups/manual%2Ffamily_backup_20200101_0000', {}, 404, 'not-found'],
  ] as [string, string, string, Call, number, string][])(
    '%s gets a problem',
    async (_who, method, path, call, status, code) => {
      const answer = await app.call(method, path, call);
      expect([answer.status, answer.body['code'], answer.body['status']]).toEqual([status, code, status]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    },
  );
});

describe('a request with', () => {
  it.each([
    ['no kind', {}, 'kind'],
    ['a kind that callers may not use', { kind: 'nightly' }, 'kind'],
    ['no database where there are several', { kind: 'manual' }, 'database'],
    ['a database that is not configured', { kind: 'manual', database: 'nowhere' }, 'database'],
    ['a database name that is a path', { kind: 'manual', database: '../x' }, 'database'],
    ['a database of another type', { kind: 'manual', database: ['family'] }, 'database'],
    ['an unknown field', { kind: 'manual', database: 'family', force: true }, 'force'],
    ['a prototype', '{"kind": "manual", "database": "family", "__proto__": {"a": 1}}', '__proto__'],
    [
      'a release version with a line break',
      { kind: 'manual', database: 'family', release: { version: '1\n2' } },
      'release.version',
    ],
    [
      'an unknown field within the release',
      { kind: 'manual', database: 'family', release: { version: '1', x: 1 } },
      'release.x',
    ],
    ['an empty reason', { kind: 'manual', database: 'family', reason: '' }, 'reason'],
    ['a list', [], 'body'],
    ['half a JSON text', '{"kind": "manual"', 'body'],
    ['null', 'null', 'body'],
  ] as [string, object | string, string][])('%s gets a 400 that names it', async (_what, body, field) => {
    const answer = await app.call('POST', '/backups', { body });
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid-request']);
    expect(String(answer.body['detail']).split(': ')[0]).toBe(field);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([
    ['/backups?limit=0', 'limit'],
    ['/backups?limit=many', 'limit'],
    ['/backups?state=lost', 'state'],
    ['/backups?from=yesterday', 'from'],
    ['/backups?cursor=%00', 'cursor'],
    ['/backups?databse=family', 'databse'],
    ['/jobs?state=done', 'state'],
    ['/jobs/20261123T000000Z-00000000?wait=201', 'wait'],
  ])('the query %s gets a 400 that names the field', async (path, field) => {
    const answer = await app.call('GET', path);
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid-request']);
    expect(String(answer.body['detail']).split(': ')[0]).toBe(field);
  });

  it('a body of more than 64 KiB gets a 413', async () => {
    const answer = await app.call('POST', '/backups', { body: { kind: 'manual', reason: 'x'.repeat(65_536) } });
    expect([answer.status, answer.body['code']]).toEqual([413, 'body-too-large']);
  });

  it('an Idempotency-Key with a blank gets a 400 that names it', async () => {
    const call = { body: { kind: 'manual', database: 'family' }, headers: { 'idempotency-key': 'two words' } };
    const answer = await app.call('POST', '/backups', call);
    expect([answer.status, String(answer.body['detail']).split(':')[0]]).toEqual([400, 'Idempotency-Key']);
  });
});
