import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LocalEnvironment, startLocalEnvironment } from '../../infra/local/environment/local-environment';
import { FamilyPhotos } from '../../infra/local/seed/family-photos';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';

const cleanup = new Cleanup();
let environment: LocalEnvironment;
let app: HostedApp;

beforeAll(async () => {
  environment = await cleanup.add(
    startLocalEnvironment({
      ...{ major: 17, sizeBytes: 1_000_000, pgtoolsDir: await bundledTools(), isAzureSimulated: true },
      ...{ onStep: () => undefined, signal: new AbortController().signal },
    }),
  );
  const { AUTH_MODE: _own, LOCAL_ISSUER_JWKS: _too, ...settings } = environment.settings;
  app = await cleanup.add(startHostedApp(environment.blobStore, settings));
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

it('lets the app of `npm start` sign in at ARM with a managed identity, over TLS, and plan a point-in-time restore', async () => {
  const body = { pointInTime: new Date().toISOString(), then: 'export', dryRun: true };
  const { status, body: plan } = await app.call('POST', '/pitr-restores', { body });
  expect([status, plan['sourceServer'], plan['resourceGroup']]).toEqual([200, 'lifebook-db', 'lifebook-restore-rg']);
});

it('has a photo behind every URL of the rows, and tells which were deleted', async () => {
  const { azure, postgres } = environment;
  const photos = new FamilyPhotos(azure?.content.connectionString ?? '', new AbortController().signal);
  const { urls, equal } = await photos.follow(postgres.url('lifebook'));
  expect([urls > 0, equal]).toEqual([true, urls]);
  await photos.damage();
  const { body } = await app.call('GET', '/deleted-blobs?container=photos&limit=200', { role: 'Read' });
  const states = (body['items'] as { state: string }[]).map(({ state }) => state);
  const count = (wanted: string): number => states.filter((state) => state === wanted).length;
  expect([count('deleted'), count('overwritten')]).toEqual([100, 100]);
});
