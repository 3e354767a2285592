import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { AppRegistry, provideCoreModule } from './core-module';
import { isHttp, type FunctionCatalog, type HostedFunction } from './function-catalog';
import { serveHttp } from './http-server';
import type { InvokeFunction } from './invoke-function';
import { startListeners } from './listeners';
import { makeKeys, type HostKeys } from './keys';
import { messageOf, type WriteLog } from './log';
import { handMadeMetadata } from './queue-message';
import { RunningWork } from './running-work';
import { startApp, type App } from './start-app';
import { timerData } from './timer-listener';

export interface HostOptions {
  /** A built Functions app: host.json, and package.json whose `main` names the entry points. */
  readonly appDir: string;
  /** Added to this process's environment, which the app reads. */
  readonly settings?: Readonly<Record<string, string>>;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default: random. */
  readonly masterKey?: string;
  /** Fire timers by their schedules. Default true. */
  readonly timers?: boolean;
  /** How long a queue message stays invisible when this process dies. Default 10 minutes, as in the real host. */
  readonly queueLockMs?: number;
  /** How long `stop()` waits for running functions. Default 10 s. */
  readonly drainMs?: number;
  readonly log: WriteLog;
  /** A function has reached functionTimeout. The real host restarts its worker process: the caller should exit. */
  readonly onFunctionTimeout?: (functionName: string) => void;
}

export interface LocalHost {
  readonly url: string;
  readonly port: number;
  readonly keys: HostKeys;
  readonly masterKey: string;
  /** What runs, and what was registered but cannot run. */
  readonly catalog: FunctionCatalog;
  /** Why the host answers 503 to everything; empty when it does not. */
  readonly startupErrors: readonly string[];
  /** Terminate hooks, no new work, a bounded wait for what runs. Resolves to false when that wait was not enough. */
  stop(): Promise<boolean>;
}

const QUEUE_LOCK_MS = 10 * 60_000;
const DRAIN_MS = 10_000;
const NOTHING: FunctionCatalog = { functions: [], inError: [] };

/**
 * Runs a Functions app in this process as the real host and its Node worker would. One app per process: the module that
 * the app registers with is process-wide. What differs: timers take no lock, so two hosts on one app both fire; terminate
 * hooks run before the drain, not after it; functionTimeout ends this process instead of a worker of its own; there are
 * HTTP, timer and queue triggers only, no other bindings and no HTTP streams.
 *
 * @throws Error when the port is taken; a broken app does not throw, it answers 503 as in the real host.
 */
export async function startHost(options: HostOptions): Promise<LocalHost> {
  const { log } = options;
  const registry = new AppRegistry();
  const running = new RunningWork();
  const stopping = new AbortController();
  const startupErrors: string[] = [];
  let app: App | undefined;
  Object.assign(process.env, workerEnvironment(options), options.settings);
  provideCoreModule(registry, log);
  try {
    app = await startApp(options.appDir, { registry, running, log, onFunctionTimeout: options.onFunctionTimeout });
  } catch (error) {
    startupErrors.push(messageOf(error));
    log('critical', 'Host.Startup', `the host is down and answers 503: ${messageOf(error)}`);
  }
  const catalog = app?.catalog ?? NOTHING;
  const keys = makeKeys(
    catalog.functions.filter(isHttp).map(({ name }) => name),
    options.masterKey,
  );
  const needed = <T>(pick: (app: App) => T): T => {
    if (app === undefined) throw new Error('the app did not start');
    return pick(app);
  };
  const server = await serveHttp(
    {
      ...{ keys, log },
      catalog: () => catalog,
      startupErrors: () => startupErrors,
      findRoute: () => needed((started) => started.findRoute),
      invoke: () => needed((started) => started.invoke),
      runByHand: (hosted, input) =>
        runByHand(
          needed((started) => started.invoke),
          hosted,
          input,
        ),
    },
    options.port ?? 0,
  );
  if (app !== undefined) {
    const { timers = true, queueLockMs = QUEUE_LOCK_MS } = options;
    startListeners({ log, signal: stopping.signal, timers, queueLockMs, running }, app);
  }
  const { port } = server.address() as AddressInfo;
  let stopped: Promise<boolean> | undefined;
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, keys, masterKey: keys.master, catalog, startupErrors },
    stop: () => (stopped ??= stopHost(options, server, registry, running, stopping)),
  };
}

/** What the real host sets for its worker. */
function workerEnvironment({ appDir }: HostOptions): Readonly<Record<string, string>> {
  return {
    AzureWebJobsScriptRoot: appDir,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: 'node',
  };
}

/** Started by hand: no queue, no schedule. The answer does not wait for it, and a failure is in the log. */
function runByHand(invoke: InvokeFunction, hosted: HostedFunction, input: string): void {
  const reason = 'This function was programmatically called via the host APIs.';
  const invocation =
    hosted.trigger.kind === 'timer'
      ? { data: timerData(false, undefined), reason }
      : { data: { string: input }, triggerMetadata: handMadeMetadata(input, randomUUID()), reason };
  invoke(hosted, invocation).catch(() => undefined);
}

async function stopHost(
  { log, drainMs = DRAIN_MS }: HostOptions,
  server: Server,
  registry: AppRegistry,
  running: RunningWork,
  stopping: AbortController,
): Promise<boolean> {
  stopping.abort();
  server.close();
  server.closeIdleConnections();
  await registry.hooks.run('appTerminate', { hookData: {} }).catch((error: unknown) => {
    log('error', 'Host.Shutdown', `an appTerminate hook failed: ${messageOf(error)}`);
  });
  const isDrained = await running.drain(drainMs);
  if (!isDrained) log('warning', 'Host.Shutdown', `${running.count} functions still run after ${drainMs} ms`);
  server.closeAllConnections();
  return isDrained;
}
