import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { startAzurite } from '../../infra/local/environment/azurite';
import { startPostgres } from '../../infra/local/environment/embedded-postgres';
import { buildApp } from '../../shared/app';
import { newJobId } from '../../shared/domain/jobs/job-id';
import type { JobRecord } from '../../shared/domain/jobs/job';
import { launchChromium } from '../fixtures/console/chromium';
import { Cleanup } from '../fixtures/environment/cleanup';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { storedSystems, type StoredSystems } from '../fixtures/environment/stored-systems';

export const [BACKUPS, JOBS] = [2000, 500] as const;
const DATABASES = ['family', 'letters', 'school', 'archive'];
const UPLOADS_AT_ONCE = 16;
const [HOUR_MS, DAY_MS] = [3_600_000, 24 * 3_600_000];

/** The app on the local host before a full store, and a browser. */
export interface ConsoleStage {
  readonly app: HostedApp;
  readonly browser: Browser;
  stop(): Promise<void>;
}

/** 2,000 backups and 500 jobs of four databases in Azurite; their server is a real one without data. */
export async function setConsoleStage(print: (line: string) => void): Promise<ConsoleStage> {
  const cleanup = new Cleanup();
  try {
    const store = await cleanup.add(startAzurite({ inMemory: true }));
    const server = await cleanup.add(startPostgres({ major: 17 }));
    const stored = await storedSystems(store);
    print(`\nstoring ${BACKUPS} backups (three blobs each) and ${JOBS} jobs of ${DATABASES.length} databases`);
    await storeBackups(stored);
    await storeJobs(store.connectionString);
    const urls = DATABASES.map((name) => [`DATABASE_URL_${name.toUpperCase()}`, server.url('postgres')]);
    const app = await cleanup.add(
      startHostedApp(store, {
        AZURE_STORAGE_BACKUP_CONTAINER: stored.dumps.containerName,
        ...(Object.fromEntries(urls) as Record<string, string>),
      }),
    );
    const browser = await launchChromium();
    cleanup.also(() => browser.close());
    return { app, browser, stop: () => cleanup.stopAll() };
  } catch (error) {
    await cleanup.stopAll();
    throw error;
  }
}

async function storeBackups(stored: StoredSystems): Promise<void> {
  const ids = DATABASES.flatMap((database) =>
    Array.from({ length: BACKUPS / DATABASES.length }, (_, age) => {
      const day = new Date(Date.now() - (age + 1) * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
      return `${database}_backup_${day}_0200`;
    }),
  );
  await inParallel(ids, (id) => stored.putBackup('nightly', id));
}

/** Ended and filed away, as the app does it. */
async function storeJobs(connectionString: string): Promise<void> {
  const { jobLedger } = buildApp({ BACKUP_STORAGE: connectionString, STATE_STORAGE: connectionString }).systems;
  const records = Array.from({ length: JOBS }, (_, number) => record(number));
  await inParallel(records, async (job) => {
    await jobLedger.create(job);
    await jobLedger.fileAway(job.jobId);
  });
}

function record(number: number): JobRecord {
  const requested = new Date(Date.now() - number * 6 * HOUR_MS);
  const [requestedAt, finishedAt] = [requested, new Date(requested.getTime() + 90_000)].map((at) => at.toISOString());
  return {
    ...{ recordVersion: 1, jobId: newJobId(requested, randomUUID().slice(0, 8)), kind: 'backup', state: 'succeeded' },
    ...{ database: DATABASES[number % DATABASES.length] ?? '', requestedBy: 'timer:nightly', attempt: 1 },
    ...{ requestedAt: requestedAt ?? '', startedAt: requestedAt ?? '', finishedAt: finishedAt ?? '' },
    ...{ progress: { phase: 'done' }, request: {}, ticketDueAt: requestedAt ?? '', phasesDone: {}, notes: {} },
    ...{ kills: {}, givenBack: 0, retries: 0, result: { backupId: 'family_backup_20261101_0200', warnings: [] } },
  };
}

async function inParallel<T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<void> {
  const left = [...things];
  const worker = async (): Promise<void> => {
    for (let thing = left.pop(); thing !== undefined; thing = left.pop()) await work(thing);
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, worker));
}
