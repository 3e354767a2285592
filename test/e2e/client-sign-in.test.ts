import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { type IdentityEndpoint, startIdentityEndpoint } from '../fixtures/azure/identity-endpoint';
import { Cleanup } from '../fixtures/environment/cleanup';
import { type BuiltClient, buildTestClient, type ClientEnd } from '../fixtures/environment/client';
import { type FakeAz, installFakeAz } from '../fixtures/environment/fake-az';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';

const AUDIENCE = '99999999-8888-7777-6666-555555555555';
const cleanup = new Cleanup();
let app: HostedApp;
let client: BuiltClient;
let az: FakeAz;
let endpoint: IdentityEndpoint;

beforeAll(async () => {
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  app = await cleanup.add(startHostedApp(store, {}));
  client = await cleanup.add(buildTestClient());
  az = await cleanup.add(installFakeAz());
  endpoint = await cleanup.add(startIdentityEndpoint(() => app.token('Admin')));
});
afterAll(() => cleanup.stopAll());
beforeEach(() => {
  endpoint.asked.length = 0;
  endpoint.mood = 'gives';
});

const run = (line: string, environment: Readonly<Record<string, string>>): Promise<ClientEnd> =>
  client.run(line.split(' '), {
    LIFEBOOK_BACKUP_URL: app.host.url,
    LIFEBOOK_BACKUP_AUDIENCE: AUDIENCE,
    ...environment,
  });
/** A person at a terminal: az is there, and no platform that would give an identity. */
const person = (): Record<string, string> => ({ PATH: `${az.folder}:/usr/bin:/bin` });

describe('the client signs in by DefaultAzureCredential', () => {
  it('as whoever is signed in with az, for the API and nothing else', async () => {
    await az.give(await app.token('Read'), 3600);
    const listed = await run('jobs --json', person());
    expect([listed.code, JSON.parse(listed.stdout)]).toEqual([0, { items: [] }]);
    expect(await az.calls()).toEqual([`account get-access-token --output json --resource ${AUDIENCE}`]);
    // the roles of that token are what counts
    const refused = await run('audit', person());
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/forbidden: .*Backup\.Admin/)]);
  });

  it('as the managed identity of the machine that it runs on', async () => {
    const listed = await run('audit --json', endpoint.environment);
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(endpoint.asked).toEqual([{ resource: AUDIENCE, clientId: null }]);
  });

  it.each([
    ['is not signed in', 'ERROR: Please run az login to setup account.\n', /run 'az login'/],
    [
      'asks for an API that there is not',
      'ERROR: AADSTS500011: The resource principal named x was not found in the tenant.\n',
      /AADSTS500011: The resource principal/,
    ],
  ])('and says why in the words of az when a person %s', async (_what, words, says) => {
    await az.fail(words);
    const end = await run('jobs', person());
    expect([end.code, end.stdout, end.stderr]).toEqual([3, '', expect.stringMatching(says)]);
    expect(end.stderr).toMatch(/^refused: not-signed-in: .*\nHINT: sign in \(az login/);
  });

  it('and says why in the words of Azure when the machine has no such identity', async () => {
    endpoint.mood = 'knows no such identity';
    const end = await run('jobs', endpoint.environment);
    expect([end.code, end.stderr]).toEqual([
      3,
      expect.stringMatching(/No User Assigned or Delegated Managed Identity/),
    ]);
  });

  it('and says so where there is no way at all to sign in', async () => {
    const end = await run('jobs', {});
    expect([end.code, end.stderr]).toEqual([3, expect.stringMatching(/Azure CLI could not be found/)]);
  });

  it('and shows the refusal of the app where the token is not good for it', async () => {
    await az.give('eyJhbGciOiJSUzI1NiJ9.e30.forged', 3600);
    const end = await run('jobs', person());
    expect([end.code, end.stderr]).toEqual([3, expect.stringMatching(/unauthenticated: .*\nHINT: /)]);
  });

  it.each(['', 'x; touch owned', '$(id)', 'api://a/../b c'])(
    'and runs nothing for the audience %j',
    async (audience) => {
      await az.give(await app.token('Read'), 3600);
      const before = await az.calls();
      const end = await run('jobs', { ...person(), LIFEBOOK_BACKUP_AUDIENCE: audience });
      expect([end.code === 2 || end.code === 3, await az.calls()]).toEqual([true, before]);
    },
  );
});
