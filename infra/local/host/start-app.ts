import type { AppRegistry } from './core-module';
import { catalogFunctions, isHttp, type FunctionCatalog } from './function-catalog';
import { readHostConfig, type HostConfig } from './host-config';
import { invokeWith, type InvokeFunction } from './invoke-function';
import { loadApp } from './load-app';
import type { WriteLog } from './log';
import { makeRouteTable, type FindRoute } from './route-table';
import type { RunningWork } from './running-work';

/** An app that is loaded, with its functions checked and ready to run. */
export interface App {
  readonly config: HostConfig;
  readonly catalog: FunctionCatalog;
  readonly findRoute: FindRoute;
  readonly invoke: InvokeFunction;
}

interface Needs {
  readonly registry: AppRegistry;
  readonly running: RunningWork;
  readonly log: WriteLog;
  readonly onFunctionTimeout: ((functionName: string) => void) | undefined;
}

/** @throws Error for what takes the whole host down: a bad host.json, a malformed route, a start hook that throws. */
export async function startApp(appDir: string, { registry, running, log, onFunctionTimeout }: Needs): Promise<App> {
  const config = await readHostConfig(appDir);
  await loadApp(appDir, log);
  const capabilities = await registry.model?.getCapabilities({});
  if (capabilities?.['HttpUri'] !== undefined)
    throw new Error('the local host does not stream HTTP: leave enableHttpStream off');
  await registry.hooks.run('appStart', { hookData: {}, functionAppDirectory: appDir });
  registry.lock();
  const catalog = catalogFunctions(registry.functions, process.env);
  for (const { name, reason } of catalog.inError)
    log('error', 'Host.Startup', `the '${name}' function is in error: ${reason}`);
  const onTimeout = (functionName: string): void => {
    log('critical', `Functions.${functionName}`, 'reached functionTimeout: the worker process would be restarted now');
    onFunctionTimeout?.(functionName);
  };
  return {
    ...{ config, catalog, findRoute: makeRouteTable(catalog.functions.filter(isHttp), config.routePrefix) },
    invoke: invokeWith({ registry, running, log, timeoutMs: config.functionTimeoutMs, onTimeout }),
  };
}
