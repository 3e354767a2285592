import { startAzurite } from '../../infra/local/environment/azurite';
import { readTimeline } from '../../shared/operations/advice/read-timeline';
import { showRetentionPlan } from '../../shared/operations/retention/plan-retention';
import { listBackups } from '../../shared/operations/catalog/read-backups';
import { storedSystems, type StoredSystems } from '../fixtures/environment/stored-systems';
import { processorMs } from './processor-time';
import { median, row, type Row } from './rows';
import { printTable } from './table';

const DATABASES = 20;
const SIZES = [200, 2000] as const;
const RUNS = 5;
const GOAL_MS = 2000;
const UPLOADS_AT_ONCE = 16;
const DAY_MS = 24 * 3600 * 1000;
const MIB = 1024 ** 2;

interface Measured {
  readonly ms: number;
  /** Processor time of this process, and of Azurite: on a busy machine the only numbers that say something. */
  readonly ownMs: number;
  readonly storeMs: number;
  readonly bytes: number;
}

/** The calls that go through the whole catalog, with 200 and with 2,000 backups of 20 databases, against Azurite. */
export async function benchCatalog(print: (line: string) => void): Promise<Row[]> {
  const measured = new Map<string, Measured[]>();
  for (const size of SIZES) {
    const store = await startAzurite({ inMemory: true });
    try {
      const stored = await storedSystems(store);
      print(`\nstoring ${size} backups of ${DATABASES} databases, three blobs each`);
      await fill(stored, size);
      for (const [name, call] of Object.entries(callsOf(stored))) {
        measured.set(name, [...(measured.get(name) ?? []), await measure(call, store.pid)]);
      }
    } finally {
      await store.stop();
    }
  }
  print(`\nThe catalog, medians of ${RUNS}: wall time (processor time here + of Azurite)`);
  printTable([['call', ...SIZES.map((size) => `${size} backups`), 'more memory'], ...lines(measured)], print);
  return [...measured].map(([name, [small, large]]) => {
    const [before, after] = [small?.ms ?? NaN, large?.ms ?? NaN];
    const goal = { of: 'value', is: 'at most', limit: GOAL_MS } as const;
    const compared = { baseline: before, ratio: after / before, goal };
    return row(`${name}, 2,000 backups against 200`, 'ms', after, compared);
  });
}

function lines(measured: ReadonlyMap<string, readonly Measured[]>): string[][] {
  const told = ({ ms, ownMs, storeMs }: Measured): string =>
    `${ms.toFixed(0)} ms (${ownMs.toFixed(0)} + ${storeMs.toFixed(0)} ms)`;
  return [...measured].map(([name, results]) => {
    const peak = Math.max(...results.map(({ bytes }) => bytes));
    return [name, ...results.map(told), `${(peak / MIB).toFixed(0)} MiB`];
  });
}

const callsOf = ({ systems }: StoredSystems): Readonly<Record<string, () => Promise<unknown>>> => ({
  'GET /api/backups': () => listBackups(systems, { limit: 50 }),
  'GET /api/retention-plan': () => showRetentionPlan(systems, undefined),
  'GET /api/recovery-points': () => readTimeline(systems, undefined),
});

async function fill(stored: StoredSystems, size: number): Promise<void> {
  stored.databases = Array.from({ length: DATABASES }, (_, index) => `database-${index + 1}`);
  const ids = stored.databases.flatMap((database) =>
    Array.from({ length: size / DATABASES }, (_, age) => {
      const day = new Date(stored.now.getTime() - age * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
      return `${database}_backup_${day}_0200`;
    }),
  );
  const upload = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) await stored.putBackup('nightly', id);
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, upload));
}

async function measure(call: () => Promise<unknown>, storePid: number): Promise<Measured> {
  const runs: Measured[] = [];
  for (let run = 0; run < RUNS; run++) {
    const bytes = process.memoryUsage().rss;
    const [own, ofStore] = [processorMs('self', 'own and children'), processorMs(storePid, 'own and children')];
    const begun = performance.now();
    await call();
    runs.push({
      ms: performance.now() - begun,
      ownMs: processorMs('self', 'own and children') - own,
      storeMs: processorMs(storePid, 'own and children') - ofStore,
      bytes: Math.max(0, process.memoryUsage().rss - bytes),
    });
  }
  const of = (pick: (run: Measured) => number): number => median(runs.map(pick));
  return {
    ms: of(({ ms }) => ms),
    ownMs: of((r) => r.ownMs),
    storeMs: of((r) => r.storeMs),
    bytes: of((r) => r.bytes),
  };
}
