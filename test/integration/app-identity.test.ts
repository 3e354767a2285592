import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ArmSimulator } from '../../infra/local/azure/arm-simulator';
import { newServer } from '../../infra/local/azure/arm-state';
import { httpClientTo } from '../../infra/local/azure/simulator-client';
import { type LocalBlobStore, startAzurite } from '../../infra/local/environment/azurite';
import { type LocalPostgres, startPostgres } from '../../infra/local/environment/embedded-postgres';
import { Settings } from '../../shared/config/settings';
import { armAccess } from '../../shared/systems/arm/arm-access';
import { AzureFlexServers } from '../../shared/systems/flex-server/azure-flex-servers';
import { type IdentityEndpoint, startIdentityEndpoint } from '../fixtures/azure/identity-endpoint';
import { createBackupLogin } from '../fixtures/databases/backup-login';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { Cleanup } from '../fixtures/environment/cleanup';
import { bundledTools, FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { sql } from '../fixtures/environment/sql';

const POSTGRES = 'https://ossrdbms-aad.database.windows.net';
const ARM = 'https://management.azure.com';
const SUBSCRIPTION = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const cleanup = new Cleanup();
/** As long as a real one, with the characters of one. */
const postgresToken = `eyJ0eXAi.${randomBytes(1200).toString('base64url')}.${randomBytes(256).toString('base64url')}`;
let store: LocalBlobStore;
let server: LocalPostgres;
let arm: ArmSimulator;
let endpoint: IdentityEndpoint;
let tools: string;

beforeAll(async () => {
  tools = await bundledTools();
  store = await cleanup.add(startAzurite({ inMemory: true }));
  server = await cleanup.add(startPostgres({ major: 17 }));
  await createBackupLogin(server, 'id-lifebook');
  await sql(server, 'postgres', `alter role "id-lifebook" password '${postgresToken}'`);
  await sql(server, 'postgres', 'create table moments as select generate_series(1, 100) as id');
  arm = await cleanup.add(ArmSimulator.start({ subscriptionId: SUBSCRIPTION, endpoint: ARM }));
  arm.add(newServer('lifebook-db', 'lifebook-rg', 'East US'));
  endpoint = await cleanup.add(
    startIdentityEndpoint((resource) =>
      resource === POSTGRES ? postgresToken : resource === ARM ? arm.token : 'none',
    ),
  );
  Object.assign(process.env, endpoint.environment);
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());
beforeEach(() => {
  endpoint.mood = 'gives';
  endpoint.asked.length = 0;
});

/** Each test has an identity of its own: tokens are remembered for each. */
const settingsOf = (clientId: string): Record<string, string> => ({
  ...{ DATABASE_URL_FAMILY: server.url('postgres', 'id-lifebook', ''), DATABASE_AUTH: 'entra' },
  ...{ AZURE_CLIENT_ID: clientId, AZURE_SUBSCRIPTION_ID: SUBSCRIPTION, PGTOOLS_DIR: tools },
});
const armServers = (clientId: string): AzureFlexServers => {
  const settings = new Settings({ ...settingsOf(clientId), ARM_MAX_RETRIES: '0' });
  return new AzureFlexServers(async () => ({ ...(await armAccess(settings)), httpClient: httpClientTo(arm.url) }));
};
const lifebookDb = { resourceGroup: 'lifebook-rg', server: 'lifebook-db' };

describe("the app's managed identity", () => {
  it('takes a whole backup with a token for the password, asked for once', async () => {
    const { record, manifest } = await startBackupApp(store, settingsOf('id-1')).succeed();
    expect([record.state, manifest.contents.tables]).toMatchObject(['succeeded', [{ name: 'moments', rows: 100 }]]);
    expect(endpoint.asked).toEqual([{ resource: POSTGRES, clientId: 'id-1' }]);
    expect(JSON.stringify(record) + JSON.stringify(manifest)).not.toContain(postgresToken.slice(0, 40));
  });

  it('signs in at Azure Resource Manager with a token of its own scope, remembered over calls', async () => {
    for (let call = 0; call < 3; call += 1) {
      expect(await armServers('id-2').find(lifebookDb)).toMatchObject({ name: 'lifebook-db' });
    }
    expect(endpoint.asked).toEqual([{ resource: ARM, clientId: 'id-2' }]);
  });

  it('asks again for a token that is about to end, and does not start a dump with it', async () => {
    endpoint.lifeSeconds = 9 * 60;
    const first = await startBackupApp(store, settingsOf('id-3')).backUp();
    endpoint.lifeSeconds = 24 * 3600;
    expect(first.error).toMatchObject({ code: 'azure-unavailable', detail: expect.stringContaining('10 minutes') });
  });
});

describe('where the identity gets no token', () => {
  it.each([
    [
      'knows no such identity',
      'database-login-refused',
      'azure-refused',
      /No User Assigned or Delegated/,
      /AZURE_CLIENT_ID/,
    ],
    ['is down', 'azure-unavailable', 'azure-unavailable', /endpoint did not answer/, /passes most often/],
  ] as const)(
    'because the endpoint %s, a backup and a call of ARM say so',
    async (mood, ofBackup, ofArm, why, hint) => {
      endpoint.mood = mood;
      const { error } = await startBackupApp(store, settingsOf(`id-${mood}`)).backUp();
      expect([error?.code, error?.detail, error?.hint]).toEqual([
        ofBackup,
        expect.stringMatching(why),
        expect.stringMatching(hint),
      ]);
      const refused = await armServers(`id-${mood}`)
        .find(lifebookDb)
        .catch((reason: unknown) => reason);
      expect(refused).toMatchObject({ code: ofArm, detail: expect.stringMatching(why) });
    },
  );

  it('storage says so, and takes it for no defect', async () => {
    endpoint.mood = 'knows no such identity';
    const app = startBackupApp(store, {
      ...settingsOf('id-4'),
      ...{ BACKUP_STORAGE: '', BACKUP_STORAGE__blobServiceUri: 'https://stdumps.blob.core.windows.net' },
      BACKUP_STORAGE__clientId: 'id-dumps',
    });
    const { error } = await app.backUp();
    expect([error?.code, error?.detail]).toEqual(['azure-refused', expect.stringContaining('No User Assigned')]);
    expect(endpoint.asked).toContainEqual({ resource: 'https://storage.azure.com', clientId: 'id-dumps' });
  });
});
