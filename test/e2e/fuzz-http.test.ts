import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AUTHORIZATION, rowOf } from '../../infra/bundle/authorization-table';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import type { Route } from '../../shared/http/route';
import { servedRoutes } from '../../infra/bundle/served-routes';
import { startContentAccount } from '../fixtures/content/content-account';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { sql } from '../fixtures/environment/sql';
import { type FuzzRequest, fuzzRequests } from '../fixtures/fuzz/hostile-requests';

const RUNS = 200;
const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 60_000;

/** Databases, tables, roles and rows of the server, as one text. */
const CONTENTS = `
  select string_agg(line, E'\\n' order by line) as text from (
    select 'database ' || datname as line from pg_database
    union all select 'relation ' || oid::regclass::text || relfilenode from pg_class
    union all select 'role ' || rolname from pg_roles
    union all select 'row ' || id from moments) as lines`;

const cleanup = new Cleanup();
const counts = new Map<string, Map<number, number>>();
let app: HostedApp;
let server: LocalPostgres;
let routes: readonly Route[];
let secrets: string[];
let before: unknown;

beforeAll(async () => {
  routes = await servedRoutes();
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 100) as id');
  before = await sql(server, 'postgres', CONTENTS);
  const url = new URL(login.url('postgres'));
  const key = /AccountKey=([^;]+)/.exec(store.connectionString)?.[1] ?? '';
  secrets = [
    // as it is, in a URL and in JSON
    ...[login.password, url.password, JSON.stringify(login.password).slice(1, -1), key, url.host, store.blobUrl],
    ...['/work/', '/tmp/', 'node_modules', 'select ', 'postgresql://'],
  ];
  // no ticket is taken: the jobs that are asked for stay queued
  const content = await cleanup.add(startContentAccount(store));
  const settings = {
    ...{ DATABASE_URL_FAMILY: url.href, CONTENT_STORAGE: content.simulator.connectionString },
    ...{ JOBS_PER_CALLER: '100000', 'AzureWebJobs.runJob.Disabled': 'true' },
  };
  app = await cleanup.add(startHostedApp(store, settings));
});
afterAll(() => cleanup.stopAll());

it.each(Object.keys(AUTHORIZATION))(
  `%s answers ${RUNS} hostile requests without a 500, a hang or a leak`,
  async (row) => {
    const route = routes.find((candidate) => rowOf(candidate) === row);
    if (route === undefined) throw new Error(`${row} is not registered`);
    const token = await app.token('Admin');
    const inputs = fc.sample(fuzzRequests(route, { databases: ['family'], backups: [], jobs: [], versions: [] }), RUNS);
    const wrong: unknown[] = [];
    for (let start = 0; start < inputs.length; start += AT_ONCE) {
      await Promise.all(
        inputs.slice(start, start + AT_ONCE).map(async (input) => {
          const { status, text } = await send(route, input, token);
          count(row, status);
          const leaked = secrets.filter((secret) => text.includes(secret) && !JSON.stringify(input).includes(secret));
          const isHealth = row === 'GET /health' && status === 503;
          if ((status >= 500 && !isHealth) || leaked.length > 0) wrong.push({ input, status, text, leaked });
        }),
      );
    }
    expect(wrong).toEqual([]);
  },
);

it('has read at least a fifth of them as they were meant, has limited nobody, and has changed no database', async () => {
  let [all, parsed, limited] = [0, 0, 0];
  for (const [row, byStatus] of counts) {
    process.stdout.write(`fuzz over HTTP ${row}: ${JSON.stringify(Object.fromEntries(byStatus))}\n`);
    for (const [status, times] of byStatus) {
      all += times;
      if (![400, 413].includes(status)) parsed += times;
      if (status === 429) limited += times;
    }
  }
  expect(all).toBe(RUNS * Object.keys(AUTHORIZATION).length);
  expect(parsed / all).toBeGreaterThanOrEqual(0.2);
  expect(limited / all).toBeLessThan(0.01);
  expect(await sql(server, 'postgres', CONTENTS)).toEqual(before);
});

function count(row: string, status: number): void {
  const byStatus = counts.get(row) ?? new Map<number, number>();
  counts.set(row, byStatus.set(status, (byStatus.get(status) ?? 0) + 1));
}

async function send(route: Route, input: FuzzRequest, token: string): Promise<{ status: number; text: string }> {
  // a path as a client would have to write it; what is no text at all cannot be sent
  const encode = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?')) || 'x';
  const path = route.path.replaceAll(/\{\*?(\w+)\}/g, (_all, name: string) => encode(input.params[name] ?? ''));
  const query = Object.entries(input.query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const key = input.idempotencyKey;
  const answer = await fetch(`${app.host.url}/api/${path}?${query.join('&')}`, {
    method: route.method,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    headers: {
      ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(key !== undefined && /^[\x20-\x7e]*$/.test(key) ? { 'idempotency-key': key } : {}),
    },
    ...(route.method === 'GET' ? {} : { body: input.body }),
  });
  return { status: answer.status, text: await answer.text() };
}
