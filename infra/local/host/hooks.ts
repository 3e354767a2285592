import type { HookCallback } from './core-types';

export interface Disposable {
  dispose(): void;
}

/** The hooks that the app has registered, by the name of the occasion: `appStart`, `preInvocation`, `log` … */
export class Hooks {
  readonly #callbacks = new Map<string, HookCallback[]>();

  register(occasion: string, callback: HookCallback): Disposable {
    this.#callbacks.set(occasion, [...this.#of(occasion), callback]);
    return {
      dispose: () => {
        this.#callbacks.set(
          occasion,
          this.#of(occasion).filter((other) => other !== callback),
        );
      },
    };
  }

  /** One after the other, in the order of registration. A hook that throws ends the row, as in the real worker. */
  async run(occasion: string, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.#of(occasion)) await callback(context);
  }

  /** For log hooks, which may change the line but cannot make it wait. */
  runNow(occasion: string, context: Record<string, unknown>): void {
    for (const callback of this.#of(occasion)) callback(context);
  }

  #of(occasion: string): readonly HookCallback[] {
    return this.#callbacks.get(occasion) ?? [];
  }
}
