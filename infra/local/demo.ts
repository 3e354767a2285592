import { join } from 'node:path';
import type { PublicJob } from '../../shared/domain/jobs/job';
import type { Manifest } from '../../shared/domain/backup/manifest';
import { buildApp } from '../bundle/bundle';
import { Api } from './demo/api';
import { chooseDemoTools, type DemoTools } from './demo/choose-demo-tools';
import { compareRestored } from './demo/compare-restored';
import { demonstrateAzure } from './demo/demonstrate-azure';
import { findNightlyJob, followJob } from './demo/follow-job';
import { type DemoOptions, OPTION_HELP, readOptionsOrExit } from './demo/options';
import { restoreByHand } from './demo/restore-by-hand';
import { showBackup } from './demo/show-backup';
import { stopSignal } from './demo/stop-signal';
import { showBytes, showSeconds, Terminal } from './demo/terminal';
import { type LocalEnvironment, startLocalEnvironment } from './environment/local-environment';
import { spawnHost } from './host/spawn-host';

const ROOT = join(__dirname, '..', '..');
const USAGE = `The main job on this machine: a nightly dump, verified, then restored and compared.

  npm run demo -- [options]
${OPTION_HELP}`;

const terminal = new Terminal();
const signal = stopSignal();
const timings: (readonly [string, number])[] = [];

async function main(): Promise<number> {
  const options = readOptionsOrExit();
  if (options === undefined) {
    terminal.line(USAGE);
    return 0;
  }
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
    return await demonstrate(environment, tools);
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
    isAzureSimulated: options.isAzureSimulated,
    signal,
    onStep: (step, doneBytes) => {
      const share = doneBytes === undefined ? '' : `  ${showBytes(doneBytes)} of ${showBytes(sizeBytes)}`;
      terminal.status(`  starting ${step}${share}`, step);
    },
  });
  terminal.line(
    `PostgreSQL ${tools.serverMajor} on port ${environment.postgres.port} with ${showBytes(sizeBytes)} of a family's memories`,
  );
  terminal.line(`Azurite at ${environment.blobStore.blobUrl}`);
  if (environment.azure !== undefined) {
    terminal.line(
      `Azure's own, simulated: servers at ${environment.azure.arm.url}, photos at ${environment.azure.content.blobUrl}`,
    );
  }
  return environment;
}

async function demonstrate(environment: LocalEnvironment, tools: DemoTools): Promise<number> {
  const host = await timed('start of the host', () =>
    spawnHost({ appDir: ROOT, settings: environment.settings, timers: false, logLevel: 'warning' }),
  );
  try {
    terminal.line(`Functions host at ${host.url} with ${host.functions.length} functions`);
    const api = new Api(host.url, host.masterKey);
    terminal.heading('1  The nightly function takes a dump and verifies it');
    const { job, manifest } = await timed('verified dump', () => backUp(api));
    showBackup(terminal, job, manifest);
    terminal.heading('2  The backup is restored by hand, with plain pg_restore');
    terminal.status('  restoring …');
    await timed('restore', () => restoreByHand(environment, tools, manifest.dump.blob, signal));
    signal.throwIfAborted();
    terminal.status('  comparing …');
    const isEqual = await timed('comparison', () => compareRestored(terminal, environment, tools, manifest, signal));
    terminal.heading(`The restored database ${isEqual ? 'equals' : 'DIFFERS from'} the one that was dumped.`);
    const { azure } = environment;
    if (azure === undefined || !isEqual) return isEqual ? 0 : 1;
    const stage = { api, azure, environment, terminal, signal };
    const isBack = await timed('recovery from the bad hour', () => demonstrateAzure(stage));
    terminal.heading(`Database and photos ${isBack ? 'are' : 'are NOT'} as they were before the bad hour.`);
    return isBack ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) terminal.line(host.output().split('\n').slice(-20).join('\n'));
    throw error;
  } finally {
    await host.stop();
  }
}

async function backUp(api: Api): Promise<{ job: PublicJob; manifest: Manifest }> {
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
    if (signal.aborted) {
      terminal.line('Stopped; nothing is left running.');
      process.exit(130);
    }
    const { message, hint } = error as { message?: string; hint?: string };
    terminal.line(`\nThe demo failed: ${message ?? String(error)}${hint === undefined ? '' : `\nHINT: ${hint}`}`);
    process.exit(1);
  },
);
