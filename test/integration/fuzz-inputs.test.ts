import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpHandler, type HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { AUTHORIZATION, rowOf } from '../../infra/bundle/authorization-table';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { endpoint, json } from '../../shared/http/endpoint';
import type { Route } from '../../shared/http/route';
import { startContentAccount } from '../fixtures/content/content-account';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { Cleanup } from '../fixtures/environment/cleanup';
import { sql } from '../fixtures/environment/sql';
import { ADMIN, BACKUPS, type FuzzedApp, fuzzedApp, registeredHandlers } from '../fixtures/fuzz/fuzzed-app';
import { type FuzzRequest, fuzzRequests } from '../fixtures/fuzz/hostile-requests';

const RUNS = 10_000;
const BATCH = 500;
/** Of these, so many go on to their real handler, 1 to 7 ms each on two busy processors; the others are parsed alone. */
const REAL = 500;
/** Calls that go to real servers and both accounts by design: 95 ms (self-test), 110 (advice), 60 (points), 8 (checks). */
const REAL_RUNS: Readonly<Record<string, number>> = {
  'POST /self-test': 50,
  'GET /recovery-advice': 50,
  'GET /recovery-points': 100,
};

/** Databases, tables, roles and rows of the server, as one text. */
const CONTENTS = `
  select string_agg(line, E'\\n' order by line) as text from (
    select 'database ' || datname as line from pg_database
    union all select 'relation ' || oid::regclass::text || relfilenode from pg_class
    union all select 'role ' || rolname from pg_roles
    union all select 'row ' || id from moments) as lines`;

const context = new InvocationContext({
  logHandler: (level, ...words) =>
    void (level === 'error' && defects.push(words.map((word: unknown) => (word instanceof Error ? word.stack : word)))),
});
const defects: unknown[] = [];
let fuzzed: FuzzedApp;

const cleanup = new Cleanup();
let server: LocalPostgres;
let handlers: ReadonlyMap<Route, HttpHandler>;
let secrets: string[];
let before: unknown;

beforeAll(async () => {
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  const login = await createBackupLogin(server, 'backup');
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 100) as id');
  before = await sql(server, 'postgres', CONTENTS);
  const content = await cleanup.add(startContentAccount(store));
  const url = new URL(login.url('postgres'));
  const key = /AccountKey=([^;]+)/.exec(store.connectionString)?.[1] ?? '';
  secrets = [url.password, key, url.host, store.blobUrl, '/work/', '/tmp/', 'node_modules', 'select ', 'postgresql://'];
  fuzzed = await fuzzedApp(store, {
    ...{ BACKUP_STORAGE: store.connectionString, AzureWebJobsStorage: store.connectionString },
    ...{ DATABASE_URL_FAMILY: url.href, DATABASE_ADMIN_URL_FAMILY: server.url('postgres') },
    ...{ CONTENT_STORAGE: content.simulator.connectionString, JOBS_PER_CALLER: '100000', STORAGE_MAX_TRIES: '1' },
  });
  handlers = await registeredHandlers();
});
afterAll(() => cleanup.stopAll());

describe('of hostile inputs, each is taken as it is meant or refused by name, and nothing else happens', () => {
  it.each(Object.keys(AUTHORIZATION))(`${RUNS} by %s`, async (row) => {
    const found = [...handlers].find(([route]) => rowOf(route) === row);
    if (found === undefined) throw new Error(`${row} is not registered`);
    const [route, real] = found;
    const counts = new Map<number, number>();
    const wrong: unknown[] = [];
    const seed = Date.now() | 0;
    const requests = fuzzRequests(route, ['family'], BACKUPS);
    const start = performance.now();
    for (let run = 0; run < RUNS; run += BATCH) {
      await fuzzed.reset();
      for (const [index, input] of fc.sample(requests, { numRuns: BATCH, seed: seed + run }).entries()) {
        const door = run + index < (REAL_RUNS[row] ?? REAL) ? real : parsingOnly(route);
        const { status = 0, body } = (await door(requestOf(route, input), context)) as HttpResponseInit;
        counts.set(status, (counts.get(status) ?? 0) + 1);
        // a 502 is an answer: the dumps here are no archives
        if (status === 500 || leaks(body, input)) wrong.push({ input, status, body });
      }
    }
    const byStatus = JSON.stringify(Object.fromEntries(counts));
    process.stdout.write(`fuzz ${row}: ${byStatus} in ${Math.round(performance.now() - start)} ms (seed ${seed})\n`);
    expect([wrong.slice(0, 3), defects.slice(0, 3)]).toEqual([[], []]);
    const share = (...statuses: number[]): number =>
      statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0) / RUNS;
    expect(1 - share(400, 413)).toBeGreaterThanOrEqual(0.2);
    expect(share(429)).toBeLessThan(0.01);
  });

  it('have changed no database', async () => {
    expect(await sql(server, 'postgres', CONTENTS)).toEqual(before);
  });
});

/** Sign-in, parsing, audit entry and answer of a route, with a handler that does nothing. */
function parsingOnly(route: Route): HttpHandler {
  const nothing = (): Promise<void> => Promise.resolve();
  const tokenVerifier = { verify: () => Promise.resolve(ADMIN) };
  const needs = { guard: 'token', catchUp: nothing, audit: nothing, tokenVerifier } as const;
  return endpoint(
    () => needs,
    route,
    () => json(200, {}),
  );
}

function leaks(body: unknown, input: FuzzRequest): boolean {
  if (typeof body !== 'string') return false;
  const told = secrets.filter((secret) => body.includes(secret));
  return told.length > 0 && told.some((secret) => !JSON.stringify(input).includes(secret));
}

/** As the endpoint reads it; a real HttpRequest costs more than all that is tested here. */
function requestOf(route: Route, { params, query, body, idempotencyKey }: FuzzRequest): HttpRequest {
  const headers = new Map([['authorization', 'Bearer x']]);
  // what no HTTP parser lets through does not reach us either
  if (idempotencyKey !== undefined && /^[\x20-\x7e]*$/.test(idempotencyKey)) {
    headers.set('idempotency-key', idempotencyKey);
  }
  return {
    ...{ method: route.method, url: 'http://127.0.0.1/api/x', params },
    headers: { get: (name: string) => headers.get(name) ?? null },
    query: new URLSearchParams(query),
    arrayBuffer: () => Promise.resolve(Buffer.from(route.method === 'GET' ? '' : body)),
  } as unknown as HttpRequest;
}
