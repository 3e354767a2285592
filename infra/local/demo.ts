import { join } from 'node:path';
import type { PublicJob } from '../../shared/domain/job';
import type { Manifest } from '../../shared/domain/manifest';
import { buildApp } from '../build/bundle';
import { Api } from './demo/api';
import { chooseDemoTools, type DemoTools } from './demo/choose-demo-tools';
import { compareDatabases } from './demo/compare-databases';
import { findNightlyJob, followJob } from './demo/follow-job';
import { type DemoOptions, OPTION_HELP, readOptions } from './demo/options';
import { readSchemas, RESTORED, restoreByHand } from './demo/restore-by-hand';
import { Stopped, stopSignal } from './demo/stop-signal';
import { showBytes, showSeconds, Terminal } from './demo/terminal';
import { DATABASE, type LocalEnvironment, startLocalEnvironment } from './environment/local-environment';
import { spawnHost } from './host/spawn-host';

const ROOT = join(__dirname, '..', '..');
const USAGE = `The main job on this machine: a nightly dump, verified, then restored and compared.

  npm run demo -- [options]
${OPTION_HELP}`;

const terminal = new Terminal();
const timings: (readonly [string, number])[] = [];

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    terminal.line(USAGE);
    return 0;
  }
  const signal = stopSignal();
  const tools = await timed('client tools', () =>
    chooseDemoTools(options.major, (line) => terminal.status(`  ${line}`), signal),
  );
  terminal.line(
    `PostgreSQL client tools ${tools.version} (${tools.origin === 'bundled' ? 'built from source' : 'found on PATH'})`,
  );
  await timed('build of the app', () => buildApp());
  signal.throwIfAborted();
  const environment = await timed('servers and family data', () => start(options, tools));
  try {
    signal.throwIfAborted();
    return await demonstrate(environment, tools, signal);
  } finally {
    terminal.line();
    terminal.status('stopping everything …');
    await environment.stop();
    terminal.line('Everything is stopped.');
  }
}

async function start(options: DemoOptions, tools: DemoTools): Promise<LocalEnvironment> {
  const { sizeBytes } = options;
  const environment = await startLocalEnvironment({
    major: tools.serverMajor,
    sizeBytes,
    pgtoolsDir: tools.pgtoolsDir,
    onStep: (step, doneBytes) => {
      terminal.status(
        `  starting ${step} ${doneBytes === undefined ? '' : `${showBytes(doneBytes)} of ${showBytes(sizeBytes)}`}`,
      );
    },
  });
  terminal.line(
    `PostgreSQL ${tools.serverMajor} on port ${environment.postgres.port} with ${showBytes(sizeBytes)} of a family's memories`,
  );
  terminal.line(`Azurite at ${environment.blobStore.blobUrl}`);
  return environment;
}

async function demonstrate(environment: LocalEnvironment, tools: DemoTools, signal: AbortSignal): Promise<number> {
  const host = await timed('start of the host', () =>
    spawnHost({ appDir: ROOT, settings: environment.settings, timers: false, logLevel: 'warning' }),
  );
  try {
    terminal.line(`Functions host at ${host.url} with ${host.functions.length} functions`);
    const api = new Api(host.url, host.masterKey);
    terminal.heading('1  The nightly function takes a dump and verifies it');
    const { job, manifest } = await timed('verified dump', () => backUp(api, signal));
    showBackup(job, manifest);
    terminal.heading('2  The backup is restored by hand, with plain pg_restore');
    terminal.status('  restoring …');
    await timed('restore', () => restoreByHand(environment, tools, manifest.dump.blob));
    signal.throwIfAborted();
    return await timed('comparison', () => compare(environment, tools, manifest));
  } catch (error) {
    if (!(error instanceof Stopped)) terminal.line(host.output().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await host.stop();
  }
}

async function backUp(api: Api, signal: AbortSignal): Promise<{ job: PublicJob; manifest: Manifest }> {
  await api.fire('nightlyBackup');
  const { jobId } = await findNightlyJob(api, signal);
  const job = await followJob(api, jobId, terminal, signal);
  const backupId = job.result?.['backupId'];
  if (job.state !== 'succeeded' || typeof backupId !== 'string') {
    throw new Error(
      `the backup ${job.state}: ${job.error?.code ?? ''}: ${job.error?.detail ?? ''}\n${job.error?.hint ?? ''}`,
    );
  }
  return { job, manifest: (await api.backup(backupId)).manifest };
}

function showBackup(job: PublicJob, manifest: Manifest): void {
  const { contents, dump } = manifest;
  const rows = contents.tables.reduce((sum, table) => sum + table.rows, 0);
  terminal.line(`  job       ${job.jobId}`);
  terminal.line(`  backup    ${manifest.backupId}, ${showBytes(dump.sizeBytes)}, ${manifest.tool.compression}`);
  terminal.line(`  sha256    ${dump.sha256}`);
  terminal.line(
    `  holds     ${contents.tables.length} tables, ${rows.toLocaleString('en')} rows, ${contents.largeObjects} large objects, schema revision ${manifest.schemaRevision?.value ?? '–'}`,
  );
  terminal.line(`  verified  read back, hashed and decoded in full at ${manifest.verification.verifiedAt}`);
}

async function compare(environment: LocalEnvironment, tools: DemoTools, manifest: Manifest): Promise<number> {
  terminal.status('  comparing …');
  const { postgres } = environment;
  const tables = await compareDatabases(postgres.url(DATABASE), postgres.url(RESTORED));
  const counted = new Map(manifest.contents.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]));
  for (const { table, rows, isEqual } of tables) {
    const inManifest = counted.get(table) ?? rows;
    const verdict = isEqual && inManifest === rows ? 'equal' : 'DIFFERENT';
    terminal.line(`  ${table.padEnd(28)} ${rows.toLocaleString('en').padStart(10)} rows   ${verdict}`);
  }
  const [before, after] = await readSchemas(environment, tools);
  terminal.line(
    `  ${'schema (pg_dump)'.padEnd(28)} ${String(before.split('\n').length).padStart(10)} lines  ${before === after ? 'equal' : 'DIFFERENT'}`,
  );
  const isEqual =
    before === after &&
    tables.every((table) => table.isEqual && (counted.get(table.table) ?? table.rows) === table.rows);
  terminal.heading(
    isEqual
      ? 'The restored database equals the one that was dumped.'
      : 'The restored database DIFFERS from the one that was dumped.',
  );
  return isEqual ? 0 : 1;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    timings.push([what, performance.now() - begun]);
  }
}

main().then(
  (exitCode) => {
    if (timings.length > 0) terminal.line(timings.map(([what, ms]) => `${what} ${showSeconds(ms)}`).join(' · '));
    process.exit(exitCode);
  },
  (error: unknown) => {
    if (error instanceof Stopped) {
      terminal.line('Stopped; nothing is left running.');
      process.exit(130);
    }
    const { message, hint } = error as { message?: string; hint?: string };
    terminal.line(`\nThe demo failed: ${message ?? String(error)}${hint === undefined ? '' : `\nHINT: ${hint}`}`);
    process.exit(1);
  },
);
