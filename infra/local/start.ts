import { join } from 'node:path';
import { buildApp } from '../bundle/bundle';
import { chooseDemoTools } from './demo/choose-demo-tools';
import { OPTION_HELP, readOptionsOrExit } from './demo/options';
import { stopSignal } from './demo/stop-signal';
import { showBytes, Terminal } from './demo/terminal';
import { isPortFree } from './environment/free-port';
import { startLocalEnvironment } from './environment/local-environment';
import { serveApp } from './start/serve-app';
import { writeSettingsFile } from './start/settings-file';

const ROOT = join(__dirname, '..', '..');
const USAGE = `The demo's environment, kept up until Ctrl-C. PORT sets the port (7071).

  npm start -- [options]
${OPTION_HELP}`;
const terminal = new Terminal();
const signal = stopSignal();

async function main(): Promise<void> {
  const options = readOptionsOrExit();
  if (options === undefined) return terminal.line(USAGE);
  const port = readPort(process.env['PORT']);
  if (!(await isPortFree(port))) throw new Error(`port ${port} is taken; set another one: PORT=${port + 1} npm start`);
  const tools = await chooseDemoTools(options.major, (line) => terminal.status(`  ${line}`), signal);
  await buildApp();
  const environment = await startLocalEnvironment({
    major: tools.serverMajor,
    sizeBytes: options.sizeBytes,
    pgtoolsDir: tools.pgtoolsDir,
    isAzureSimulated: true,
    signal,
    onStep: (step, done) => terminal.status(`  starting ${step}  ${done === undefined ? '' : showBytes(done)}`, step),
  });
  const settingsFile = await writeSettingsFile(environment.settings);
  try {
    signal.throwIfAborted();
    await serveApp({ appDir: ROOT, environment, port, settingsFile, terminal, signal });
  } finally {
    terminal.status('stopping everything …');
    await settingsFile.remove();
    await environment.stop();
    terminal.line('Everything is stopped.');
  }
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? 7071);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error('PORT must be a whole number from 1 to 65535');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (signal.aborted) process.exit(0);
    const { message, hint } = error as { message?: string; hint?: string };
    terminal.line(`${message ?? String(error)}${hint === undefined ? '' : `\nHINT: ${hint}`}`);
    process.exit(1);
  },
);
