import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../shared/domain/backup/manifest';
import { carryOutRestore } from '../../shared/operations/restore/carry-out-restore';
import { startBackupApp } from '../fixtures/environment/backup-app';
import { connectionTo } from '../fixtures/pg-server/connections';
import { directRun } from '../fixtures/restore/direct-run';
import { startInsistingClients } from '../fixtures/restore/insisting-clients';
import { planOf } from '../fixtures/restore/plan-of';
import { type Contender, fileThenUpload, type Sample } from './contenders';
import { createDataSet, createTenTimes, DATABASE, sql, TEN_TIMES } from './data-set';
import type { BenchOptions } from './options';
import type { QuietMachine } from './quiet';
import { OURS, OURS_LZ4, restoreContenders, runRestorer, SCRIPT } from './restore-contenders';
import { runRounds } from './rounds';
import { median, row, type Row, timesFaster } from './rows';
import type { InstalledServer, Stage } from './stage';
import { printTable } from './table';

const FASTER = { [OURS]: 1.5, [OURS_LZ4]: 2.2 };
const SWAP_PAUSE_MS = 2_000;
const CLIENTS = 12;
const LARGEST_PEAK_MIB = 200;
/** The memory is measured with these rows and with ten times as many. */
const MEMORY_SIZE_BYTES = 300e6;
const MIB = 1024 ** 2;
const DEBIAN = { major: 15, binDir: '/usr/lib/postgresql/15/bin' } as const;

/** The embedded servers are built without lz4, Debian's is. @throws Error where it is not installed */
export async function serverWithLz4(): Promise<InstalledServer> {
  try {
    await access(`${DEBIAN.binDir}/postgres`);
    return DEBIAN;
  } catch (error) {
    throw new Error('the restore bench needs a server with lz4: apt-get install postgresql-15', { cause: error });
  }
}

/** Restores beside the script, the pause of a swap under clients, and the memory of a streamed restore. */
export async function benchRestores(
  stage: Stage,
  { sizeBytes, runs }: Pick<BenchOptions, 'sizeBytes' | 'runs'>,
  quiet: QuietMachine,
  print: (line: string) => void,
): Promise<Row[]> {
  await stage.emptyStore();
  // where clients insert while their database is swapped
  await sql(stage.tool('psql'), stage.server, DATABASE, 'CREATE TABLE written (n bigint)');
  await fileThenUpload(stage, 'gzip');
  const manifest = await backUp(stage, DATABASE);
  const wholeMs = new Map<string, number[]>();
  const samples = await runRounds(stage, restoreContenders(manifest, wholeMs), runs, quiet, print);
  const rows = reportRestores(samples, wholeMs, runs, print);
  rows.push(await measureSwap(stage, manifest, print));
  return [...rows, ...(await measureMemory(stage, Math.min(sizeBytes, MEMORY_SIZE_BYTES), print))];
}

async function backUp({ store, server, toolsDir }: Stage, database: string): Promise<Manifest> {
  const settings = { PGTOOLS_DIR: toolsDir, DATABASE_URL: server.url(database) };
  return (await startBackupApp(store, settings).succeed()).manifest;
}

function reportRestores(
  samples: ReadonlyMap<Contender, readonly Sample[]>,
  wholeMs: ReadonlyMap<string, readonly number[]>,
  runs: number,
  print: (line: string) => void,
): Row[] {
  const times = new Map([...samples].map(([{ name }, taken]) => [name, taken.map(({ wallMs }) => wallMs)]));
  const script = times.get(SCRIPT) ?? [];
  const rows: Row[] = [];
  const table = [['contender', 'restored', 'faster than the script', 'analyzed and compared']];
  for (const [name, taken] of times) {
    const value = median(taken) / 1000;
    const limit = (FASTER as Readonly<Record<string, number | undefined>>)[name];
    const ratio = timesFaster(script, taken);
    const compared = name === SCRIPT ? {} : { baseline: median(script) / 1000, ratio };
    const goal = limit === undefined ? {} : { goal: { of: 'ratio', is: 'at least', limit } as const };
    rows.push(row(`restore, ${name}`, 's', value, { ...compared, ...goal }));
    const whole = wholeMs.get(name);
    const wholeS = whole === undefined ? '' : `${(median(whole) / 1000).toFixed(2)} s`;
    table.push([name, `${value.toFixed(2)} s`, `${ratio.toFixed(2)}×`, wholeS]);
  }
  print(`\nRestore from the store to the last index, medians of ${runs}; faster: of the ratios in each round`);
  printTable(table, print);
  return rows;
}

async function measureMemory(stage: Stage, sizeBytes: number, print: (line: string) => void): Promise<Row[]> {
  const peak = async (of: Manifest): Promise<number> => {
    const order = { manifest: of, toastCompression: null, reads: 'stream', parallelJobs: 1 } as const;
    return (await runRestorer(stage, order)).result.peakBytes / MIB;
  };
  await createDataSet(stage.tool('psql'), stage.server, sizeBytes);
  const manifest = await backUp(stage, DATABASE);
  const one = await peak(manifest);
  await createTenTimes(stage.tool('psql'), stage.server);
  const ten = await peak({ ...(await backUp(stage, TEN_TIMES)), name: manifest.name });
  print(`\nmemory of a streamed restore: ${one.toFixed(0)} MiB, with ten times the rows ${ten.toFixed(0)} MiB`);
  const goal = { of: 'value', is: 'at most', limit: LARGEST_PEAK_MIB } as const;
  return [
    row("worker's peak memory, streamed restore at 1×", 'MiB', one, { goal }),
    row("worker's peak memory, streamed restore at 10×", 'MiB', ten, { baseline: one, ratio: ten / one, goal }),
  ];
}

/** Clients that insert all the time while their database is restored beside and swapped. */
async function measureSwap(stage: Stage, manifest: Manifest, print: (line: string) => void): Promise<Row> {
  const { store, server, toolsDir } = stage;
  const { systems } = startBackupApp(store, { PGTOOLS_DIR: toolsDir, DATABASE_URL: server.url(DATABASE) });
  const plan = planOf(manifest, {
    ...{ mode: 'swap', database: DATABASE, workDatabase: `${DATABASE}_next`, previousDatabase: `${DATABASE}_before` },
  });
  const clients = startInsistingClients(server.url(DATABASE), CLIENTS);
  await sleep(1_000);
  await carryOutRestore(systems, directRun('bench-swap'), { plan, manifest, admin: connectionTo(server, 'postgres') });
  clients.mark();
  await sleep(1_000);
  const { longestPauseMs, afterMark } = await clients.stop();
  if (afterMark.some((inserts) => inserts === 0)) throw new Error('a client did not come back after the swap');
  print(`swap under ${CLIENTS} clients: ${longestPauseMs.toFixed(0)} ms without an acknowledged write`);
  const goal = { of: 'value', is: 'at most', limit: SWAP_PAUSE_MS } as const;
  return row(`swap, longest pause of ${CLIENTS} clients that insert`, 'ms', longestPauseMs, { goal });
}
