import { beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpRequest, InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { AUTHORIZATION, rowOf } from '../../infra/bundle/authorization-table';
import { rolesOf } from '../../shared/domain/access/roles';
import { endpoint, json } from '../../shared/http/endpoint';
import type { Route } from '../../shared/http/route';
import { servedRoutes } from '../../infra/bundle/served-routes';
import { type FuzzRequest, fuzzRequests } from '../fixtures/fuzz/hostile-requests';

const RUNS = 10_000;
const BATCH = 1_000;
/** What an answer must not tell: where the code lies, and how it failed. */
const INTERNALS = /node_modules|\.ts:\d|\bat \w+ \(|postgresql:\/\/[^"]*@127/;
const context = new InvocationContext({ logHandler: () => undefined });
const nothing = (): Promise<void> => Promise.resolve();
const admin = { subject: 'fuzz', name: 'fuzz', roles: rolesOf(['Backup.Admin']) };
const needs = {
  guard: 'token',
  ...{ catchUp: nothing, audit: nothing },
  tokenVerifier: { verify: () => Promise.resolve(admin) },
} as const;

let routes: readonly Route[];
beforeAll(async () => {
  routes = await servedRoutes();
});

/**
 * Sign-in, parsing, audit entry and answer of each route, with a handler that does nothing: what handlers make of hostile
 * input is seen over HTTP (test/e2e/fuzz-http.test.ts), with fewer of them.
 */
describe('of hostile inputs, each is taken as it is meant or refused by name', () => {
  it.each(Object.keys(AUTHORIZATION))(`${RUNS} by %s`, async (row) => {
    const route = routes.find((candidate) => rowOf(candidate) === row);
    if (route === undefined) throw new Error(`${row} is not registered`);
    const seen: unknown[] = [];
    const door = endpoint(
      () => needs,
      route,
      (call) => {
        seen.push(call.body);
        return Promise.resolve(json(200, {}));
      },
    );
    const counts = new Map<number, number>();
    const wrong: unknown[] = [];
    const seed = Date.now() | 0;
    const requests = fuzzRequests(route, ['family']);
    for (let batch = 0; batch < RUNS / BATCH; batch++) {
      for (const input of fc.sample(requests, { numRuns: BATCH, seed: seed + batch })) {
        const { status = 0, body } = await door(requestOf(route, input), context);
        counts.set(status, (counts.get(status) ?? 0) + 1);
        if (![200, 400, 413].includes(status) || (typeof body === 'string' && INTERNALS.test(body)))
          wrong.push({ input, status, body });
      }
    }
    process.stdout.write(`fuzz ${row}: ${JSON.stringify(Object.fromEntries(counts))} (seed ${seed})\n`);
    expect(wrong.slice(0, 3)).toEqual([]);
    // a handler was entered only by what the schemas let through
    expect(seen.length).toBe(counts.get(200));
    expect(seen.length / RUNS).toBeGreaterThanOrEqual(0.2);
  });
});

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
