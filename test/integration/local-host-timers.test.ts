import { startFixtureHost } from '../fixtures/local-host-app/start-fixture-host';
import { startAzurite, type LocalBlobStore } from '../../infra/local/environment/azurite';
import { BlobServiceClient } from '@azure/storage-blob';

const EVERY_SECOND = '* * * * * *';

it('fires by the schedule, unmonitored below a minute, and never twice at once', async () => {
  const host = await startFixtureHost({ FAST_SCHEDULE: EVERY_SECOND });
  const fired = await host.waitFor('everySecond', 3);
  const distances = fired.slice(1).map((record, index) => record.at - (fired[index]?.at ?? 0));
  for (const distanceMs of distances) expect(Math.abs(distanceMs - 1_000)).toBeLessThan(400);
  expect(fired[0]).toMatchObject({
    timer: { isPastDue: false, scheduleStatus: null, schedule: { adjustForDST: true } },
  });

  const began = await host.waitFor('overlong began', 2);
  const ended = await host.waitFor('overlong ended', 1);
  expect(began[1]?.at).toBeGreaterThanOrEqual(ended[0]?.at ?? Infinity);
  // the one that became due during the run fires right after, and is not "past due"
  expect((began[1]?.at ?? 0) - (ended[0]?.at ?? 0)).toBeLessThan(400);
  expect(began[1]).toMatchObject({ timer: { isPastDue: false } });
  await host.stop();
});

it('does not start monitored timers without AzureWebJobsStorage', async () => {
  const host = await startFixtureHost({ FAST_SCHEDULE: EVERY_SECOND });
  await host.waitFor('everySecond');
  expect(host.output()).toContain(
    'Functions.yearly: the listener for this timer did not start: it needs the setting AzureWebJobsStorage',
  );
  await host.stop();
});

it('fires none when timers are off', async () => {
  const host = await startFixtureHost({ FAST_SCHEDULE: EVERY_SECOND }, { timers: false });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(host.records('everySecond')).toEqual([]);
  await host.stop();
});

describe('with storage', () => {
  let store: LocalBlobStore;

  beforeAll(async () => {
    store = await startAzurite({ inMemory: true });
  });
  afterAll(async () => {
    await store.stop();
  });

  const statusBlob = () =>
    BlobServiceClient.fromConnectionString(store.connectionString)
      .getContainerClient('azure-webjobs-hosts')
      .getBlockBlobClient('timers/lifebook-local-host/Host.Functions.yearly/status');
  const writeStatus = async (status: Readonly<Record<string, string>>): Promise<void> => {
    const text = JSON.stringify(status);
    await statusBlob().upload(text, text.length);
  };
  const start = () => startFixtureHost({ AzureWebJobsStorage: store.connectionString });

  it('remembers a monitored timer, and makes up for a missed run at the start with isPastDue', async () => {
    const first = await start();
    await waitUntil(async () => await statusBlob().exists());
    await first.stop();
    expect(first.records('yearly')).toEqual([]);

    const thisYear = new Date().getUTCFullYear();
    const missed = `${thisYear}-01-01T00:00:00.000Z`;
    await writeStatus({
      Last: `${thisYear - 1}-01-01T00:00:00.000Z`,
      Next: missed,
      LastUpdated: `${thisYear - 1}-01-01T00:00:00.100Z`,
    });
    const second = await start();
    const [record] = await second.waitFor('yearly');
    expect(record).toMatchObject({ timer: { isPastDue: true, scheduleStatus: { next: missed } } });
    await second.stop();

    const third = await start(); // made up for: not again
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(third.records('yearly')).toEqual([]);
    await third.stop();
  });
});

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited in vain');
}
