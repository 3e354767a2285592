import Module from 'node:module';
import type { FunctionCallback, FunctionMetadata, LogCategory, LogLevel, ProgrammingModel } from './core-types';
import { Hooks, type Disposable } from './hooks';
import type { WriteLog } from './log';

/** The versions of the real host and worker whose behaviour the local host follows. */
export const HOST_VERSION = '4.1037.0';
const WORKER_VERSION = '3.9.1';

export interface Registration {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** What an app has told the host while it was loaded. */
export class AppRegistry {
  readonly hooks = new Hooks();
  readonly #functions = new Map<string, Registration>();
  #model: ProgrammingModel | undefined;
  #isLocked = false;

  get functions(): readonly Registration[] {
    return [...this.#functions.values()];
  }

  get model(): ProgrammingModel | undefined {
    return this.#model;
  }

  setModel(model: ProgrammingModel): void {
    this.#assertStarting('the programming model can only be set');
    this.#model = model;
  }

  /** After the start nothing can be registered any more, as with the real worker. */
  lock(): void {
    this.#isLocked = true;
  }

  register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    this.#assertStarting('a function can only be registered');
    if (this.#functions.has(metadata.name)) {
      throw new Error(`A function with name "${metadata.name}" has already been registered.`);
    }
    this.#functions.set(metadata.name, { metadata, callback });
    return { dispose: () => this.#functions.delete(metadata.name) };
  }

  #assertStarting(what: string): void {
    if (this.#isLocked) throw new Error(`${what} during app startup`);
  }
}

/**
 * Makes `require('@azure/functions-core')` give `registry`, for this whole process: no such package exists, and the real
 * worker puts it there in the same way. One process therefore serves one app.
 */
export function provideCoreModule(registry: AppRegistry, log: WriteLog): void {
  const core = coreModule(registry, log);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the `this` of the original call
  const original = Module.prototype.require;
  Module.prototype.require = Object.assign(function (this: Module, id: string): unknown {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  }, original);
}

function coreModule(registry: AppRegistry, log: WriteLog): Readonly<Record<string, unknown>> {
  return {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    registerFunction: registry.register.bind(registry),
    registerHook: registry.hooks.register.bind(registry.hooks),
    setProgrammingModel: registry.setModel.bind(registry),
    getProgrammingModel: () => registry.model,
    log: (level: LogLevel, category: LogCategory, message: string) => log(level, `worker.${category}`, message),
    Disposable: class {
      readonly #callback: () => void;
      constructor(callback: () => void) {
        this.#callback = callback;
      }
      dispose(): void {
        this.#callback();
      }
    },
  };
}
