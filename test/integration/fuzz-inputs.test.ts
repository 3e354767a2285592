import { beforeAll, expect, it } from '@jest/globals';
import { HttpRequest, InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { AUTHORIZATION, rowOf } from '../../infra/bundle/authorization-table';
import { rolesOf } from '../../shared/domain/roles';
import { endpoint, json } from '../../shared/http/endpoint';
import type { Route } from '../../shared/http/route';
import { servedRoutes } from '../fixtures/authorization/served-routes';
import { type FuzzRequest, fuzzRequests } from '../fixtures/fuzz/hostile-requests';

const RUNS = 10_000;
const context = new InvocationContext({ logHandler: () => undefined });
const nothing = (): Promise<void> => Promise.resolve();
const admin = { subject: 'fuzz', name: 'fuzz', roles: rolesOf(['Backup.Admin']) };
const needs = {
  guard: 'token',
  catchUp: nothing,
  audit: nothing,
  tokenVerifier: { verify: () => Promise.resolve(admin) },
} as const;

let routes: readonly Route[];
beforeAll(async () => {
  routes = await servedRoutes();
});

it.each(Object.keys(AUTHORIZATION))(
  `%s takes ${RUNS} hostile inputs as they are meant or refuses them by name`,
  async (row) => {
    const route = routes.find((candidate) => rowOf(candidate) === row);
    if (route === undefined) throw new Error(`${row} is not registered`);
    const counts = new Map<number, number>();
    const door = endpoint(
      () => needs,
      route,
      () => Promise.resolve(json(200, {})),
    );
    await fc.assert(
      fc.asyncProperty(fuzzRequests(route, ['family']), async (input) => {
        const answer = await door(requestOf(route, input), context);
        const status = answer.status ?? 0;
        counts.set(status, (counts.get(status) ?? 0) + 1);
        expect([200, 400, 413]).toContain(status);
        expect(answer.body).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(/);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    process.stdout.write(`fuzz ${row}: ${JSON.stringify(Object.fromEntries(counts))}\n`);
    expect((counts.get(200) ?? 0) / RUNS).toBeGreaterThanOrEqual(0.2);
  },
);

function requestOf(route: Route, { params, query, body, idempotencyKey }: FuzzRequest): HttpRequest {
  const headers: Record<string, string> = { authorization: 'Bearer x' };
  // what no HTTP parser lets through does not reach us either
  if (idempotencyKey !== undefined && /^[\x20-\x7e]*$/.test(idempotencyKey))
    headers['idempotency-key'] = idempotencyKey;
  const sent = { method: route.method, url: 'http://127.0.0.1/api/x', headers, params, query };
  return new HttpRequest(route.method === 'GET' ? sent : { ...sent, body: { string: body } });
}
