import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { startAzurite, type LocalBlobStore } from '../../infra/local/environment/azurite';
import { startFixtureHost, type FixtureHost } from '../fixtures/local-host-app/start-fixture-host';

let store: LocalBlobStore;
let queue: QueueClient;
let poison: QueueClient;
let queueName = '';
let hosts: FixtureHost[] = [];

beforeAll(async () => {
  store = await startAzurite({ inMemory: true });
});
afterAll(async () => {
  await store.stop();
});
beforeEach(() => {
  queueName = `work-${Date.now()}`;
  const service = QueueServiceClient.fromConnectionString(store.connectionString);
  queue = service.getQueueClient(queueName);
  poison = service.getQueueClient(`${queueName}-poison`);
});
afterEach(async () => {
  for (const host of hosts) await host.kill();
  hosts = [];
});

async function start(queueLockMs = 600_000): Promise<FixtureHost> {
  const host = await startFixtureHost({ WORK_STORAGE: store.connectionString, WORK_QUEUE: queueName }, { queueLockMs });
  hosts.push(host);
  return host;
}

async function messagesLeft(): Promise<number> {
  return (await queue.getProperties()).approximateMessagesCount ?? -1;
}

it('waits for a queue that does not exist yet, runs a message once and deletes it', async () => {
  const host = await start();
  await queue.create();
  await queue.sendMessage('{"n":1}');
  const [record] = await host.waitFor('work');
  expect(record).toMatchObject({ message: { n: 1 }, dequeueCount: 1, id: expect.any(String) as string });
  await host.waitFor('work done');
  await waitUntil(async () => (await messagesLeft()) === 0);
  expect(host.records('work')).toHaveLength(1);
});

it('tries a failing message maxDequeueCount times, then sets it aside in the poison queue, which can be listened to', async () => {
  await queue.create();
  const host = await start();
  await queue.sendMessage('{"fail":true}');
  expect((await host.waitFor('dead'))[0]).toMatchObject({ message: { fail: true } });
  expect(host.records('work').map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2, 3]);
  await waitUntil(async () => (await messagesLeft()) === 0);
  expect((await poison.getProperties()).approximateMessagesCount).toBe(0);
});

it('takes one message at a time with batchSize 1 and newBatchThreshold 0', async () => {
  await queue.create();
  await queue.sendMessage('{"wait":500}');
  await queue.sendMessage('{"wait":500}');
  const host = await start();
  const began = await host.waitFor('work', 2);
  const done = await host.waitFor('work done', 1);
  expect(began[1]?.at).toBeGreaterThanOrEqual(done[0]?.at ?? Infinity);
});

it('keeps a message invisible while its function runs longer than the lock', async () => {
  await queue.create();
  const host = await start(2_000);
  await queue.sendMessage('{"wait":5000}');
  await host.waitFor('work done');
  await waitUntil(async () => (await messagesLeft()) === 0);
  expect(host.records('work')).toHaveLength(1);
});

it('gives a message of a killed host to the next one when the lock runs out, with a higher dequeueCount', async () => {
  await queue.create();
  const killed = await start(2_000);
  await queue.sendMessage('{"wait":60000}');
  await killed.waitFor('work');
  await killed.kill();
  const killedAt = Date.now();
  const next = await start(2_000);
  const [record] = await next.waitFor('work');
  expect(record).toMatchObject({ dequeueCount: 2 });
  expect(Date.now() - killedAt).toBeLessThan(5_000);
});

it('sets a message aside whose function killed the host each time', async () => {
  await queue.create();
  await queue.sendMessage('{"wait":60000}');
  for (let life = 1; life <= 3; life += 1) {
    const host = await start(1_000);
    await host.waitFor('work');
    await host.kill();
  }
  const last = await start(1_000);
  await last.waitFor('dead');
  expect(last.records('work')).toEqual([]);
});

it('finishes a running message at SIGTERM and takes no other', async () => {
  await queue.create();
  await queue.sendMessage('{"wait":1500}');
  await queue.sendMessage('{"n":2}');
  const host = await start();
  await host.waitFor('work');
  expect((await host.stop()).code).toBe(0);
  expect(host.records('work done')).toHaveLength(1);
  await waitUntil(async () => (await messagesLeft()) === 1);
});

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('waited in vain');
}
