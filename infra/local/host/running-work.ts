/** Counts what runs, so that a stop can wait for it. */
export class RunningWork {
  readonly #running = new Set<Promise<unknown>>();

  track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const forget = (): void => void this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  get count(): number {
    return this.#running.size;
  }

  /** True when all of it has ended within `timeoutMs`, also what was begun meanwhile. */
  async drain(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (this.#running.size > 0) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) return false;
      await settledWithin([...this.#running], leftMs);
    }
    return true;
  }
}

async function settledWithin(work: readonly Promise<unknown>[], timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([Promise.allSettled(work), timeout]);
  clearTimeout(timer);
}
