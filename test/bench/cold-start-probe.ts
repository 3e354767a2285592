/** Loads the built app given as argument as the Functions worker does, and tells when its last function was registered. */
import Module from 'node:module';

let functions = 0;
let registeredAt = 0;
const core = {
  version: '3.9.1',
  hostVersion: '4.1037.0',
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => undefined,
  registerHook: () => ({ dispose: () => undefined }),
  registerFunction: () => {
    functions++;
    registeredAt = performance.timeOrigin + performance.now();
    return { dispose: () => undefined };
  },
  log: () => undefined,
  Disposable: class {
    dispose(): void {
      // nothing to give back
    }
  },
};
// eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the `this` of the original call
const original = Module.prototype.require;
Module.prototype.require = Object.assign(function (this: Module, id: string): unknown {
  return id === '@azure/functions-core' ? core : original.call(this, id);
}, original);

original.call(module, process.argv[2] ?? '');
const loadsTelemetry = Object.keys(require.cache).some((file) => file.includes('/applicationinsights/'));
process.stdout.write(JSON.stringify({ functions, registeredAt, loadsTelemetry }));
