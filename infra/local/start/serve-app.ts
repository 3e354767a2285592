import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '../demo/terminal';
import type { LocalEnvironment } from '../environment/local-environment';
import { guardLeftovers } from '../environment/leftover-guard';
import { startOwned } from '../environment/owned-process';
import { spawnHost } from '../host/spawn-host';
import { explain } from './explain';
import type { SettingsFile } from './settings-file';

interface Served {
  readonly appDir: string;
  readonly environment: LocalEnvironment;
  readonly port: number;
  readonly settingsFile: SettingsFile;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Serves the app until `signal`: by Azure Functions Core Tools where they are installed, else by the local host. */
export async function serveApp(served: Served): Promise<void> {
  const func = findFunc();
  await (func === undefined ? serveWithOwnHost(served) : serveWithFunc(served, func));
}

async function serveWithOwnHost({ appDir, environment, port, settingsFile, terminal, signal }: Served): Promise<void> {
  const { settings } = environment;
  const host = await spawnHost({ appDir, settings, port, onOutput: (text) => terminal.line(text.trimEnd()) });
  try {
    await settingsFile.add('MASTER_KEY', host.masterKey);
    explain(terminal, environment, host.url, settingsFile.path, true);
    await stoppedOrEnded(signal, host.ended);
  } finally {
    await host.stop();
  }
}

async function serveWithFunc(
  { appDir, environment, port, settingsFile, terminal, signal }: Served,
  func: string,
): Promise<void> {
  const guard = guardLeftovers();
  const child = await startOwned(func, ['start', '--port', String(port)], {
    cwd: appDir,
    env: { ...withoutAppSettings(process.env), FUNCTIONS_WORKER_RUNTIME: 'node', ...environment.settings },
    output: { onOutput: (text) => terminal.line(text.trimEnd()) },
  });
  guard.watch(child.pid, 'TERM');
  try {
    explain(terminal, environment, `http://127.0.0.1:${port}`, settingsFile.path, false);
    await stoppedOrEnded(signal, child.ended);
  } finally {
    await child.stop(['SIGTERM'], 20_000);
    await guard.release();
  }
}

const APP_SETTING =
  /^(DATABASE_|BACKUP_STORAGE|STATE_STORAGE|CONTENT_STORAGE|SECOND_COPY_|RESTORE_TARGET_|DRILL_|AZURE_|AzureWebJobs|POSTGRES_|ENTRA_|APPLICATIONINSIGHTS_)/;

/** A stray DATABASE_URL_… of the developer's shell must not be dumped into a throw-away store. */
export function withoutAppSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !APP_SETTING.test(name)));
}

/** @throws Error when the host ends before anybody asked for it */
async function stoppedOrEnded(signal: AbortSignal, ended: Promise<unknown>): Promise<void> {
  const host = { hasEnded: false };
  void ended.then(() => (host.hasEnded = true));
  // looks from time to time: neither the host nor a signal handler keeps this process alive
  while (!signal.aborted && !host.hasEnded) {
    await Promise.race([ended, sleep(60_000, undefined, { signal }).catch(() => undefined)]);
  }
  if (!signal.aborted) throw new Error('the Functions host ended by itself: see its lines above');
}

function findFunc(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'func')).find((file) => existsSync(file));
}
