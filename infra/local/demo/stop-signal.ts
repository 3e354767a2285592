/** Aborts on Ctrl-C or SIGTERM, once; a second Ctrl-C ends the process at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
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
