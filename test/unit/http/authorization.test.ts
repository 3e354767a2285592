import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { AUTHORIZATION, expectedAnswer, rowOf } from '../../../infra/bundle/authorization-table';
import { Settings } from '../../../shared/config/settings';
import { endpoint, json } from '../../../shared/http/endpoint';
import type { Route } from '../../../shared/http/route';
import { JoseTokenVerifier } from '../../../shared/systems/token-verifier/jose-token-verifier';
import { AUDIENCE, startDirectory, TENANT, type TestDirectory } from '../../fixtures/authorization/directory';
import { servedRoutes } from '../../../infra/bundle/served-routes';
import { CALLERS, tokenOf } from '../../fixtures/authorization/tokens';

const context = new InvocationContext({ logHandler: () => undefined });
let directory: TestDirectory;
let verifier: JoseTokenVerifier;
let tokens: Map<string, string | undefined>;
let routes: readonly Route[];

beforeAll(async () => {
  routes = await servedRoutes();
  directory = await startDirectory();
  const settings = new Settings({ AUTH_MODE: 'entra', ENTRA_TENANT_ID: TENANT, ENTRA_AUDIENCE: AUDIENCE });
  verifier = new JoseTokenVerifier(settings, true, directory);
  tokens = new Map(
    await Promise.all(CALLERS.map(async (caller) => [caller, await tokenOf(directory.signer, caller)] as const)),
  );
});
afterAll(() => directory.stop());

it('names every route that is registered, with its role (infra/bundle/authorization-table.ts)', () => {
  expect(Object.fromEntries(routes.map((route) => [rowOf(route), route.role]))).toEqual(AUTHORIZATION);
});

describe.each(Object.entries(AUTHORIZATION))('%s', (row, role) => {
  it.each(CALLERS)('answers as the table says: %s', async (caller) => {
    const route = routes.find((candidate) => rowOf(candidate) === row);
    expect(route).toBeDefined();
    if (route === undefined) return;
    expect(await answerOf(route, tokens.get(caller))).toBe(expectedAnswer(role, caller));
  });
});

/** What the real door of the route answers; behind it stands a handler that only says who came in. */
async function answerOf(route: Route, token: string | undefined): Promise<'in' | number | undefined> {
  const needs = {
    guard: 'token',
    tokenVerifier: verifier,
    catchUp: () => Promise.resolve(),
    audit: () => Promise.resolve(),
  } as const;
  const { query: _query, body: _body, ...described } = route;
  const door = endpoint(
    () => needs,
    described,
    () => Promise.resolve(json(200, {})),
  );
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await door(new HttpRequest({ method: route.method, url: 'http://127.0.0.1/', headers }), context);
  return answer.status === 200 ? 'in' : answer.status;
}
