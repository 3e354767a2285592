import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020';
import { startAzurite } from '../../infra/local/environment/azurite';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { startContentAccount } from '../fixtures/content/content-account';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type Answer, type Call, type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';

interface ResponseOf {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly required: boolean }>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, ResponseOf>>;
  readonly security: readonly { bearer?: readonly string[] }[];
}
interface Described extends Operation {
  readonly path: string;
  readonly method: string;
}

const cleanup = new Cleanup();
let app: HostedApp;
let document: { paths: Record<string, Record<string, Operation>> };
let validator: Ajv2020;
let operations: Described[];
let backupId: string;
let jobId: string;

beforeAll(async () => {
  const tools = await bundledTools();
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  const server = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 100) as id');
  const content = await cleanup.add(startContentAccount(store));
  await content.put(content.photos, 'a.jpg', 'first');
  await content.photos.deleteBlob('a.jpg');
  const settings = {
    CONTENT_STORAGE: content.simulator.connectionString,
    ...{ PGTOOLS_DIR: tools, JOBS_PER_CALLER: '100000', DRILL_ON_SOURCE: 'true' },
    ...{ DATABASE_URL_FAMILY: login.url('postgres'), DATABASE_ADMIN_URL_FAMILY: server.url('postgres') },
  };
  app = await cleanup.add(startHostedApp(store, settings));
  document = (await app.call('GET', '/openapi.json', { role: null })).body as unknown as typeof document;
  validator = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  validator.addSchema(document, 'api');
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
  );
  const accepted = await app.call('POST', '/backups', {
    body: { kind: 'pre-release', release: { version: '1.42.0' } },
    role: 'Release',
  });
  const done = await app.ended(accepted.body['jobId']);
  jobId = String(done.body['jobId']);
  backupId = String((done.body['result'] as { backupId?: unknown }).backupId);
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

/** What makes each operation succeed. */
const SUCCESS: Readonly<Record<string, () => { params?: Record<string, string>; query?: string } & Call>> = {
  getHealth: () => ({}),
  getOpenapi: () => ({}),
  getConsole: () => ({}),
  getConsoleConfig: () => ({}),
  getConsoleFile: () => ({ params: { path: 'backups' } }),
  listAudit: () => ({ query: '?limit=2' }),
  listJobs: () => ({ query: '?limit=1' }),
  getJob: () => ({ params: { jobId } }),
  postBackup: () => ({ body: { kind: 'manual', reason: 'contract' } }),
  listBackups: () => ({ query: '?limit=1' }),
  getBackup: () => ({ params: { backupId } }),
  postAdoption: () => ({ body: { blob: 'old/script.dump' } }),
  postBackupDownload: () => ({ params: { backupId } }),
  postBackupVerify: () => ({ params: { backupId } }),
  postReleaseVerified: () => ({ params: { version: '1.42.0' }, body: { commit: 'abc' } }),
  getRollbackPlan: () => ({ params: { version: '1.42.0' } }),
  putBackupHold: () => ({ params: { backupId }, body: { reason: 'contract' } }),
  getRecoveryAdvice: () => ({ query: '?incident=data-loss' }),
  postDrill: () => ({ body: { backupId } }),
  postRestore: () => ({ body: { backupId, mode: 'new-database', dryRun: true } }),
  postWipeCheck: () => ({
    body: { databaseHost: '127.0.0.1', database: 'postgres', operation: 'wipe', confirm: 'postgres' },
  }),
  postPitrRestore: () => ({ body: { pointInTime: '2026-11-25T02:00:00Z', then: 'keep', dryRun: true } }),
  listDeletedBlobs: () => ({ query: '?container=photos' }),
  postUndelete: () => ({ body: { container: 'photos', prefix: '', dryRun: true } }),
  postReconciliation: () => ({ body: { dryRun: true } }),
  postBackupAccept: () => ({ params: { backupId }, body: { reason: 'contract' } }),
};
/** What cannot succeed here at a moment of our choosing, with what it answers instead. */
const WITHOUT_SUCCESS: Readonly<Record<string, number>> = {
  postJobCancel: 409,
  // no drill has run yet, no Azure is configured, and the job is no swap
  getDrill: 404,
  postPitrRestore: 409,
  postStoragePolicies: 409,
  postRestoreUndo: 409,
};

const urlOf = ({ path }: Described, params: Record<string, string> = {}, query = ''): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? '20200101T000000Z-00000000') + query;

/** What the document does not say about this answer; [] is what should be. */
function deviations({ operationId, path, method, responses }: Described, answer: Answer): string[] {
  const what = `${operationId} ${answer.status}`;
  const response = responses[answer.status];
  if (response === undefined) return [`${what} is not described`];
  const type = answer.headers.get('content-type') ?? '';
  const name = (text: string): string =>
    text.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  const base = response.$ref ?? `#/paths/${name(path)}/${method.toLowerCase()}/responses/${answer.status}`;
  const validate = validator.getSchema(`api${base}/content/${name(type)}/schema`);
  if (validate === undefined) return [`${what} of type ${type} is not described`];
  const described = Object.keys(response.headers ?? {}).map((header) => header.toLowerCase());
  const sent = ['age', 'location', 'retry-after'].filter((header) => answer.headers.has(header));
  if (described.join() !== sent.join()) return [`${what} has the headers ${sent.join()}, not ${described.join()}`];
  const content = type.startsWith('text/') ? answer.body['text'] : answer.body;
  return validate(content) === true ? [] : [`${what}: ${validator.errorsText(validate.errors)}`];
}

const roleOf = ({ security }: Described): string | undefined => security[0]?.bearer?.[0]?.replace('Backup.', '');

describe('the document of the running app', () => {
  it('tells a success of every operation as it is', async () => {
    const seen: [string, number, string[]][] = [];
    for (const operation of operations) {
      const { params, query, ...call } = SUCCESS[operation.operationId]?.() ?? { params: { jobId, backupId } };
      const answer = await app.call(operation.method, urlOf(operation, params, query), call);
      seen.push([operation.operationId, answer.status < 300 ? 2 : answer.status, deviations(operation, answer)]);
    }
    const expected = operations.map(({ operationId }) => [operationId, WITHOUT_SUCCESS[operationId] ?? 2, []]);
    // health says 503 while the tick timer has not run; the document has that too
    expect(seen.filter(([name]) => name !== 'getHealth')).toEqual(expected.filter(([name]) => name !== 'getHealth'));
    expect(seen.find(([name]) => name === 'getHealth')?.[2]).toEqual([]);
  });

  it.each([
    ['no token', { role: null }, '', 401],
    ['a role below the one that it needs', {}, '', 403],
    ['a query that is not its', {}, '?no-such-parameter=1', 400],
    ['a body that is no JSON', { body: '{' }, '', 400],
    ['a body that is too large', { body: `"${'x'.repeat(70_000)}"` }, '', 413],
    ['an id that there is not', {}, '', 404],
  ] as [string, Call, string, number][])(
    'tells a refusal of every operation as it is: %s',
    async (what, call, query, status) => {
      let tried = 0;
      for (const operation of operations) {
        const role = roleOf(operation);
        if (role === undefined) continue;
        if ((status === 413 || call.body !== undefined) && operation.method === 'GET') continue;
        if (status === 404 && !operation.path.includes('{')) continue;
        const lower = { Read: null, Release: 'Read', Admin: 'Release' } as const;
        const as = status === 403 ? lower[role as keyof typeof lower] : 'Admin';
        if (as === null) continue;
        const answer = await app.call(operation.method, urlOf(operation, {}, query), { role: as, ...call });
        expect([operation.operationId, what, answer.status, deviations(operation, answer)]).toEqual([
          ...[operation.operationId, what],
          // an id is looked up before the body of a few calls is missed: both are refusals
          status === 404 && answer.status === 400 ? 400 : status,
          [],
        ]);
        tried += 1;
      }
      expect(tried).toBeGreaterThan(0);
    },
  );
});

describe('the audit', () => {
  it('has who asked for a backup and who was refused, and only admins read it', async () => {
    const changes = await app.call('GET', '/audit?what=postBackup&outcome=done');
    expect(changes.body['items']).toContainEqual({
      at: expect.any(String) as unknown,
      ...{ subject: 'local:test-Release', who: 'test-Release (local:test-Release)' },
      ...{ what: 'postBackup', call: 'POST /api/backups', outcome: 'done', status: 202, jobId },
      from: { address: 'unknown', userAgent: 'node' },
    });
    const refused = await app.call('GET', '/audit?outcome=refused&limit=200');
    const codes = new Set((refused.body['items'] as { code: string }[]).map(({ code }) => code));
    for (const code of ['unauthenticated', 'forbidden', 'job-already-ended', 'invalid-request'])
      expect(codes).toContain(code);
    expect((await app.call('GET', '/audit', { role: 'Release' })).status).toBe(403);
  });

  it('is read in pages that neither leave out nor repeat', async () => {
    const all = (await app.call('GET', '/audit?outcome=done')).body['items'] as unknown[];
    const paged: unknown[] = [];
    let cursor = '';
    do {
      const page = await app.call('GET', `/audit?outcome=done&limit=1${cursor}`);
      paged.push(...(page.body['items'] as unknown[]));
      cursor = typeof page.body['nextCursor'] === 'string' ? `&cursor=${page.body['nextCursor']}` : '';
    } while (cursor !== '');
    expect(paged).toEqual(all);
  });
});
