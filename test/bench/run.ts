/** `npm run bench`: this project and its peers in one run on one data set (docs/performance.md). */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { benchCatalog } from './catalog';
import { copyBuiltApp, measureColdStart } from './cold-start';
import { benchConsole } from './console';
import { contenders } from './contenders';
import { createDataSet, createTenTimes, DATABASE, databaseBytes, warmUp } from './data-set';
import { reportDumps } from './dump-report';
import { measureMemory } from './memory';
import { BASE_MIB, reportMemory } from './memory-report';
import { type BenchOptions, type Part, readOptions, USAGE } from './options';
import { QuietMachine } from './quiet';
import { benchRestores, serverWithLz4 } from './restores';
import { runRounds } from './rounds';
import { median, row, type Row } from './rows';
import { setStage, type Stage } from './stage';
import { printTable } from './table';

const COLD_STARTS = 15;
const COLD_START_MS = 300;
/** The memory is measured with these rows and with ten times as many, which have to fit a server that is in memory. */
const MEMORY_SIZE_BYTES = 300e6;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Parts that need no data set and no client tools. */
const ALONE: readonly Part[] = ['catalog', 'console', 'restore'];

async function bench(options: BenchOptions): Promise<Row[]> {
  const rows = options.parts.includes('catalog') ? await benchCatalog(print) : [];
  if (options.parts.includes('console')) rows.push(...(await benchConsole(options.runs, print)));
  if (options.parts.every((part) => ALONE.includes(part))) return rows;
  return [...rows, ...(await benchOnStage(options))];
}

async function benchOnStage(options: BenchOptions): Promise<Row[]> {
  const stage = await setStage(options.sizeBytes, print);
  const stop = (): void => void stage.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    const rows: Row[] = [];
    const quiet = new QuietMachine(options.patienceMs);
    if (options.parts.includes('cold-start')) rows.push(...(await benchColdStart(stage, quiet)));
    if (options.parts.includes('dump')) {
      await fill(stage, options.sizeBytes);
      rows.push(...(await benchDumps(stage, options.runs, quiet)));
    }
    if (options.parts.includes('memory')) {
      await fill(stage, Math.min(options.sizeBytes, MEMORY_SIZE_BYTES));
      rows.push(...(await benchMemory(stage)));
    }
    return rows;
  } finally {
    await stage.stop();
  }
}

/** On a server of its own: the embedded ones know no lz4. */
async function benchRestoring(options: BenchOptions): Promise<Row[]> {
  const stage = await setStage(options.sizeBytes, print, await serverWithLz4());
  const stop = (): void => void stage.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    await fill(stage, options.sizeBytes);
    return await benchRestores(stage, options, new QuietMachine(options.patienceMs), print);
  } finally {
    await stage.stop();
  }
}

async function fill(stage: Stage, sizeBytes: number): Promise<void> {
  const psql = stage.tool('psql');
  print(`filling a PostgreSQL ${stage.server.major} with ${sizeBytes / 1e6} MB of families' rows`);
  await createDataSet(psql, stage.server, sizeBytes);
  const bytes = await databaseBytes(psql, stage.server, DATABASE);
  print(`the database has ${(bytes / 1e6).toFixed(0)} MB; reading it once, so that it is in memory`);
  await warmUp(stage.tool('pg_dump'), stage.server);
}

async function benchDumps(stage: Stage, runs: number, quiet: QuietMachine): Promise<Row[]> {
  const able = contenders().filter(({ needs, name }) => {
    const isAble = needs === undefined || stage.rcloneVersion !== undefined;
    if (!isAble) print(`${name}: not installed (apt-get install rclone)`);
    return isAble;
  });
  const { rows, table } = reportDumps(await runRounds(stage, able, runs, quiet, print));
  print(
    `\nDump to the last stored byte, medians of ${runs}; peers: pg_dump of the same build, ${stage.rcloneVersion ?? 'no rclone'}`,
  );
  printTable(table, print);
  return rows;
}

async function benchMemory(stage: Stage): Promise<Row[]> {
  print('\nmultiplying the rows by ten');
  await createTenTimes(stage.tool('psql'), stage.server);
  const { dumps, verificationPeaks } = await measureMemory(stage, print);
  const { rows, table } = reportMemory(dumps, verificationPeaks);
  print(
    `\nMemory of the worker: at most ${BASE_MIB} MiB + (blocks on their way + 1) × block size, whatever the length`,
  );
  printTable(table, print);
  return rows;
}

async function benchColdStart(stage: Stage, quiet: QuietMachine): Promise<Row[]> {
  const main = await copyBuiltApp(stage.scratch);
  const starts = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    starts.push(await quiet.leastDisturbed(() => measureColdStart(stage.programs.coldStartProbe, main)));
  }
  const [ms, bare] = [median(starts.map((start) => start.ms)), median(starts.map((start) => start.bareNodeMs))];
  const functions = starts[0]?.functions ?? 0;
  print(`cold start: ${functions} functions registered after ${ms.toFixed(0)} ms, medians of ${COLD_STARTS}`);
  print(`  (a node process that does nothing: ${bare.toFixed(0)} ms; applicationinsights is not loaded)`);
  const goal = { of: 'value', is: 'at most', limit: COLD_START_MS } as const;
  return [row('cold start, node to the last registration', 'ms', ms, { baseline: bare, ratio: ms / bare, goal })];
}

function judge(rows: readonly Row[], strict: boolean): void {
  const missed = rows.filter(({ met }) => met === false);
  print(`\n${rows.filter(({ met }) => met === true).length} goals met, ${missed.length} missed`);
  for (const { name, value, unit, ratio, goal } of missed) {
    print(`  missed: ${name}: ${value} ${unit}, ratio ${ratio ?? 'none'}; goal: ${goal ?? ''}`);
  }
  if (missed.length > 0 && strict) process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return print(USAGE);
  const options = readOptions(args);
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  print(`${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? '?'}), ${memory} GiB, Node ${process.version}`);
  const rows = await bench(options);
  if (options.parts.includes('restore')) rows.push(...(await benchRestoring(options)));
  if (options.jsonFile !== undefined) await writeFile(options.jsonFile, `${JSON.stringify(rows, null, 2)}\n`);
  judge(rows, options.strict);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
