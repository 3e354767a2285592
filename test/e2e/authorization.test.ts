import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { AUTHORIZATION, expectedAnswer, expectedAnswerToKey, rowOf } from '../../infra/bundle/authorization-table';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { loadSigningKey } from '../../infra/local/issuer/signing-key';
import type { Route } from '../../shared/http/route';
import { servedRoutes } from '../../infra/bundle/served-routes';
import { CALLERS, ENTRA_ONLY, type Issuer, tokenOf } from '../fixtures/authorization/tokens';
import { Cleanup } from '../fixtures/environment/cleanup';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';

let routes: readonly Route[];
const cleanup = new Cleanup();
let store: LocalBlobStore;
beforeAll(async () => {
  routes = await servedRoutes();
  store = await cleanup.add(startAzurite({ inMemory: true }));
});
afterAll(() => cleanup.stopAll());

/** A call of the route that is let in and then finds nothing: unknown ids, empty bodies. */
async function ask(app: HostedApp, route: Route, headers: Record<string, string>): Promise<number> {
  const path = route.path.replaceAll(/\{\*?\w+\}/g, '20200101T000000Z-00000000');
  const answer = await fetch(`${app.host.url}/api/${path}`, { method: route.method, headers });
  await answer.arrayBuffer();
  return answer.status;
}

const outcome = (status: number): 'in' | number => ([401, 403].includes(status) ? status : 'in');

describe('over HTTP, with tokens of the local issuer', () => {
  let app: HostedApp;
  let issuer: Issuer;
  beforeAll(async () => {
    app = await cleanup.add(startHostedApp(store, {}));
    issuer = await localIssuer(app);
  });

  it('the host serves exactly the routes that are described', () => {
    const served = app.host.functions.filter(({ kind }) => kind === 'http').map(({ name }) => name);
    expect(served.toSorted()).toEqual(routes.map(({ name }) => name).toSorted());
    expect(app.host.inError).toEqual([]);
  });

  it.each(CALLERS.filter((caller) => !ENTRA_ONLY.includes(caller)))(
    'every route answers as the table says: %s',
    async (caller) => {
      const token = await tokenOf(issuer, caller);
      for (const route of routes) {
        const row = rowOf(route);
        const status = await ask(app, route, token === undefined ? {} : { authorization: `Bearer ${token}` });
        expect([row, outcome(status)]).toEqual([row, expectedAnswer(AUTHORIZATION[row] ?? 'Admin', caller)]);
      }
    },
  );
});

describe('with AUTH_MODE=keys', () => {
  let app: HostedApp;
  beforeAll(async () => {
    app = await cleanup.add(startHostedApp(store, { AUTH_MODE: 'keys' }));
  });

  it.each(['none', 'of another function', 'its own'] as const)(
    'every route answers as the table says: key %s',
    async (which) => {
      const { functions } = app.host.keys;
      for (const route of routes) {
        const row = rowOf(route);
        const other = routes.find(({ name }) => name !== route.name)?.name ?? '';
        const key = which === 'none' ? undefined : functions[which === 'its own' ? route.name : other];
        const status = await ask(app, route, key === undefined ? {} : { 'x-functions-key': key });
        expect([row, outcome(status)]).toEqual([row, expectedAnswerToKey(AUTHORIZATION[row] ?? 'Admin', which)]);
      }
    },
  );

  it('a bearer token opens nothing', async () => {
    const headers = { authorization: `Bearer ${await app.token('Admin')}` };
    for (const route of routes) {
      if (route.role !== 'none') expect([rowOf(route), await ask(app, route, headers)]).toEqual([rowOf(route), 401]);
    }
  });
});

it('a door that is not set up answers 503 to everybody', async () => {
  const app = await cleanup.add(startHostedApp(store, { AUTH_MODE: '' }));
  const headers = { authorization: `Bearer ${await app.token('Admin')}` };
  for (const route of routes) {
    const expected = route.role === 'none' ? 'in' : 503;
    for (const sent of [{}, headers]) {
      const status = await ask(app, route, sent);
      expect([rowOf(route), route.role === 'none' ? outcome(status) : status]).toEqual([rowOf(route), expected]);
    }
  }
});

/** The local issuer's real key, to forge with. */
async function localIssuer(app: HostedApp): Promise<Issuer> {
  const key = await loadSigningKey(app.issuerFolder);
  const { keys } = JSON.parse(await readFile(`${app.issuerFolder}/jwks.json`, 'utf8')) as { keys: [JWK] };
  return {
    kid: key.kid,
    privateKey: (await importJWK(key, 'RS256')) as CryptoKey,
    publicKey: (await importJWK({ ...keys[0], ext: true }, 'RS256', { extractable: true })) as CryptoKey,
    claims: { iss: 'lifebook-local-issuer', aud: 'lifebook-backup', sub: 'local:test' },
  };
}
