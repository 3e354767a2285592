/** npm and tsx pass a Ctrl-C on that the terminal has sent to everybody already: these are one and the same. */
const SAME_WISH_MS = 1_500;

/** Aborts on Ctrl-C or SIGTERM; another one later ends the process at once, and the guards tidy up after it. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && performance.now() - firstAt > SAME_WISH_MS) process.exit(130);
      if (controller.signal.aborted) return;
      firstAt = performance.now();
      controller.abort(new Stopped());
    });
  }
  return controller.signal;
}

/** Somebody pressed Ctrl-C. */
export class Stopped extends Error {
  constructor() {
    super('stopped');
  }
}
