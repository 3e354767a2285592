import { randomBytes, randomUUID } from 'node:crypto';
import type { AppRegistry } from './core-module';
import type { CoreInvocationContext, FunctionCallback, LogCategory, LogLevel, RpcTypedData } from './core-types';
import type { HostedFunction } from './function-catalog';
import { messageOf, type WriteLog } from './log';
import type { RunningWork } from './running-work';

export interface Invocation {
  readonly data: RpcTypedData;
  readonly triggerMetadata?: Readonly<Record<string, RpcTypedData>>;
  /** Why it runs, for the log. */
  readonly reason: string;
}

/** Runs a function and gives its return value as the worker would send it to the host. Rejects when it throws. */
export type InvokeFunction = (
  hosted: HostedFunction,
  invocation: Invocation,
) => Promise<RpcTypedData | null | undefined>;

interface Needs {
  readonly registry: AppRegistry;
  readonly running: RunningWork;
  readonly log: WriteLog;
  readonly timeoutMs: number | undefined;
  /** The real host then restarts the worker process, with everything that runs in it. */
  readonly onTimeout: (functionName: string) => void;
}

/** Does what the Node worker does with an invocation request, hooks included. */
export function invokeWith(needs: Needs): InvokeFunction {
  return (hosted, invocation) => needs.running.track(invokeLogged(needs, hosted, invocation));
}

async function invokeLogged(
  needs: Needs,
  hosted: HostedFunction,
  invocation: Invocation,
): Promise<RpcTypedData | null | undefined> {
  const source = `Functions.${hosted.name}`;
  const invocationId = randomUUID();
  const startedAt = performance.now();
  needs.log('information', source, `Executing (Reason='${invocation.reason}', Id=${invocationId})`);
  const timer = startTimeout(needs, hosted.name);
  const ended = (how: string): string =>
    `Executed (${how}, Id=${invocationId}, Duration=${Math.round(performance.now() - startedAt)}ms)`;
  try {
    const result = await invokeInWorker(needs, hosted, invocation, invocationId);
    needs.log('information', source, ended('Succeeded'));
    return result;
  } catch (error) {
    needs.log('error', source, `${ended('Failed')} ${error instanceof Error ? (error.stack ?? '') : messageOf(error)}`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function startTimeout({ timeoutMs, onTimeout }: Needs, functionName: string): NodeJS.Timeout | undefined {
  return timeoutMs === undefined ? undefined : setTimeout(() => onTimeout(functionName), timeoutMs);
}

async function invokeInWorker(
  { registry, log }: Needs,
  hosted: HostedFunction,
  invocation: Invocation,
  invocationId: string,
): Promise<RpcTypedData | null | undefined> {
  const { model } = registry;
  if (model === undefined) throw new Error('the app has set no programming model');
  const coreContext = makeCoreContext(registry, log, hosted, invocation, invocationId);
  const invocationModel = model.getInvocationModel(coreContext);
  const { context: invocationContext, inputs } = await invocationModel.getArguments();
  const hookData = {};
  const before = { hookData, invocationContext, inputs, functionCallback: hosted.registration.callback };
  coreContext.state = 'preInvocationHooks';
  await registry.hooks.run('preInvocation', before);
  const after: Record<string, unknown> = {
    hookData,
    invocationContext,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  coreContext.state = 'invocation';
  try {
    const handler: FunctionCallback = before.functionCallback; // a hook may have replaced it
    after['result'] = await invocationModel.invokeFunction(invocationContext, before.inputs, handler);
  } catch (error) {
    after['error'] = error;
  }
  coreContext.state = 'postInvocationHooks';
  await registry.hooks.run('postInvocation', after);
  const { error } = after;
  if (error !== null && error !== undefined) throw error instanceof Error ? error : new Error(messageOf(error));
  return (await invocationModel.getResponse(invocationContext, after['result'])).returnValue;
}

function makeCoreContext(
  registry: AppRegistry,
  log: WriteLog,
  hosted: HostedFunction,
  invocation: Invocation,
  invocationId: string,
): CoreInvocationContext {
  return {
    invocationId,
    metadata: hosted.registration.metadata,
    state: undefined,
    request: {
      invocationId,
      functionId: hosted.name,
      inputData: [{ name: hosted.bindingName, data: invocation.data }],
      triggerMetadata: invocation.triggerMetadata ?? {},
      traceContext: { traceParent: `00-${randomHex(16)}-${randomHex(8)}-00`, traceState: '' },
    },
    log(level: LogLevel, category: LogCategory, message: string) {
      const line = { hookData: {}, level, message, category };
      if (category === 'user') registry.hooks.runNow('log', line);
      log(line.level, `Functions.${hosted.name}.${category === 'user' ? 'User' : 'System'}`, line.message);
    },
  };
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
