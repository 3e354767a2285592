import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildApp } from '../build/bundle';
import { chooseDemoTools } from './demo/choose-demo-tools';
import { OPTION_HELP, readOptionsOrExit } from './demo/options';
import { Stopped, stopSignal } from './demo/stop-signal';
import { showBytes, Terminal } from './demo/terminal';
import { guardLeftovers } from './environment/leftover-guard';
import { type LocalEnvironment, startLocalEnvironment } from './environment/local-environment';
import { makeScratchFolder } from './environment/scratch-folder';
import { spawnHost } from './host/spawn-host';

const ROOT = join(__dirname, '..', '..');
const USAGE = `The demo's environment, kept up until Ctrl-C. PORT sets the port (7071).

  npm start -- [options]
${OPTION_HELP}`;
const terminal = new Terminal();

async function main(): Promise<void> {
  const options = readOptionsOrExit();
  if (options === undefined) return terminal.line(USAGE);
  const port = readPort(process.env['PORT']);
  const signal = stopSignal();
  await expectFree(port);
  const tools = await chooseDemoTools(options.major, (line) => terminal.status(`  ${line}`), signal);
  await buildApp();
  const environment = await startLocalEnvironment({
    major: tools.serverMajor,
    sizeBytes: options.sizeBytes,
    pgtoolsDir: tools.pgtoolsDir,
    signal,
    onStep: (step, done) => terminal.status(`  starting ${step}  ${done === undefined ? '' : showBytes(done)}`, step),
  });
  const settings = await keepSettings(environment);
  try {
    signal.throwIfAborted();
    await (findFunc() === undefined ? serveWithOwnHost : serveWithFunc)(environment, port, settings.file, signal);
  } finally {
    terminal.status('stopping everything …');
    await settings.remove();
    await environment.stop();
    terminal.line('Everything is stopped.');
  }
}

type Serve = (environment: LocalEnvironment, port: number, settingsFile: string, signal: AbortSignal) => Promise<void>;

const serveWithOwnHost: Serve = async (environment, port, settingsFile, signal) => {
  const host = await spawnHost({
    appDir: ROOT,
    settings: environment.settings,
    port,
    logLevel: 'information',
    onOutput: (text) => terminal.line(text.trimEnd()),
  });
  try {
    await appendFile(settingsFile, `MASTER_KEY='${host.masterKey}'\n`);
    explain(environment, host.url, settingsFile);
    terminal.line(
      `  curl -X POST ${host.url}/admin/functions/nightlyBackup -H "x-functions-key: $MASTER_KEY" -H 'Content-Type: application/json' -d '{}'`,
    );
    await Promise.race([host.ended, aborted(signal)]);
  } finally {
    await host.stop();
  }
};

/** Azure Functions Core Tools, where they are installed. Settings go by the environment: they hold passwords. */
const serveWithFunc: Serve = async (environment, port, settingsFile, signal) => {
  const settings = { FUNCTIONS_WORKER_RUNTIME: 'node', ...environment.settings };
  const func = spawn(findFunc() ?? 'func', ['start', '--port', String(port)], {
    cwd: ROOT,
    env: { ...process.env, ...settings },
    stdio: 'inherit',
  });
  const ended = new Promise<void>((resolve) => func.once('close', () => resolve()));
  explain(environment, `http://127.0.0.1:${port}`, settingsFile);
  await Promise.race([ended, aborted(signal)]);
  func.kill('SIGTERM');
  await ended;
};

/**
 * The settings with their passwords, for psql and `npm run job` in another terminal: in a file that only this user can
 * read, so that no terminal or log shows them.
 */
async function keepSettings(environment: LocalEnvironment): Promise<{ file: string; remove(): Promise<void> }> {
  const folder = await makeScratchFolder('start');
  const guard = guardLeftovers(folder);
  const file = join(folder, 'settings.env');
  const lines = Object.entries(environment.settings).map(
    ([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`,
  );
  await writeFile(file, lines.join(''), { mode: 0o600 });
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await guard.release();
  };
  return { file, remove };
}

function explain(environment: LocalEnvironment, url: string, settingsFile: string): void {
  const { postgres, blobStore } = environment;
  terminal.heading(`LifeBook Backup is at ${url}`);
  terminal.line(`  health      ${url}/api/health`);
  terminal.line(`  database    PostgreSQL ${postgres.major} on 127.0.0.1:${postgres.port}, database lifebook`);
  terminal.line(`  storage     ${blobStore.blobUrl} and ${blobStore.queueUrl}`);
  terminal.line(`  settings    ${settingsFile} (passwords; only you can read it)`);
  terminal.line();
  terminal.line('In another terminal, in this folder:');
  terminal.line('  TOKEN=$(npm run --silent token -- --role Admin)');
  terminal.line(
    `  curl -X POST ${url}/api/backups -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"kind":"manual"}'`,
  );
  terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/jobs`);
  terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/backups`);
  terminal.line(`  set -a; . ${settingsFile}; set +a; psql "$DATABASE_ADMIN_URL"`);
  terminal.line();
  terminal.line('Servers and passwords are new each time and gone afterwards. Ctrl-C stops everything.');
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? 7071);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error('PORT must be a whole number from 1 to 65535');
}

function expectFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', () => reject(new Error(`port ${port} is taken; set another one: PORT=7072 npm start`)))
      .listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

function findFunc(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'func')).find((file) => existsSync(file));
}

/** Keeps this process alive until then: the servers' own handles do not. */
async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(60_000, undefined, { signal }).catch(() => undefined);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof Stopped) process.exit(0);
    const { message, hint } = error as { message?: string; hint?: string };
    terminal.line(`${message ?? String(error)}${hint === undefined ? '' : `\nHINT: ${hint}`}`);
    process.exit(1);
  },
);
