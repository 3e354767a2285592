import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { buildApp } from '../build/bundle';
import { chooseDemoTools } from './demo/choose-demo-tools';
import { OPTION_HELP, readOptions } from './demo/options';
import { Stopped, stopSignal } from './demo/stop-signal';
import { showBytes, Terminal } from './demo/terminal';
import { type LocalEnvironment, startLocalEnvironment } from './environment/local-environment';
import { spawnHost } from './host/spawn-host';

const ROOT = join(__dirname, '..', '..');
const USAGE = `The demo's environment, kept up until Ctrl-C. PORT sets the port (7071).

  npm start -- [options]
${OPTION_HELP}`;
const terminal = new Terminal();

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
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
    onStep: (step, done) => terminal.status(`  starting ${step} ${done === undefined ? '' : showBytes(done)}`),
  });
  try {
    signal.throwIfAborted();
    await (findFunc() === undefined ? serveWithOwnHost : serveWithFunc)(environment, port, signal);
  } finally {
    terminal.status('stopping everything …');
    await environment.stop();
    terminal.line('Everything is stopped.');
  }
}

async function serveWithOwnHost(environment: LocalEnvironment, port: number, signal: AbortSignal): Promise<void> {
  const host = await spawnHost({
    appDir: ROOT,
    settings: environment.settings,
    port,
    logLevel: 'information',
    onOutput: (text) => terminal.line(text.trimEnd()),
  });
  try {
    explain(environment, host.url, `x-functions-key of /admin: ${host.masterKey}`);
    await Promise.race([host.ended, aborted(signal)]);
  } finally {
    await host.stop();
  }
}

/** Azure Functions Core Tools, where they are installed. Settings go by the environment: they hold passwords. */
async function serveWithFunc(environment: LocalEnvironment, port: number, signal: AbortSignal): Promise<void> {
  const settings = { FUNCTIONS_WORKER_RUNTIME: 'node', ...environment.settings };
  const func = spawn(findFunc() ?? 'func', ['start', '--port', String(port)], {
    cwd: ROOT,
    env: { ...process.env, ...settings },
    stdio: 'inherit',
  });
  const ended = new Promise<void>((resolve) => func.once('close', () => resolve()));
  explain(environment, `http://127.0.0.1:${port}`, 'served by Azure Functions Core Tools');
  await Promise.race([ended, aborted(signal)]);
  func.kill('SIGTERM');
  await ended;
}

function explain(environment: LocalEnvironment, url: string, note: string): void {
  const { postgres, blobStore } = environment;
  terminal.heading(`LifeBook Backup is at ${url}`);
  terminal.line(`  health      ${url}/api/health`);
  terminal.line(`  database    PostgreSQL ${postgres.major} on 127.0.0.1:${postgres.port}, database lifebook`);
  terminal.line(`  storage     ${blobStore.blobUrl} and ${blobStore.queueUrl}`);
  terminal.line(`  psql        ${postgres.url('lifebook')}`);
  terminal.line(`  Azurite     ${blobStore.connectionString}`);
  terminal.line(`  ${note}`);
  terminal.line();
  terminal.line('In another terminal:');
  terminal.line('  TOKEN=$(npm run --silent token -- --role Admin)');
  terminal.line(
    `  curl -X POST ${url}/api/backups -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"kind":"manual"}'`,
  );
  terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/jobs`);
  terminal.line(`  curl -H "Authorization: Bearer $TOKEN" ${url}/api/backups`);
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

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
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
