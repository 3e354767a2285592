import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineBusyMs } from './processor-time';

/** A run is repeated when other work on this machine took more of its cores; the least disturbed one counts. */
const DISTURBED = 0.1;
const MOST_TRIES = 2;
const LOOK_MS = 500;

/** Measures when the machine has nothing else to do, as far as that can be waited for. */
export class QuietMachine {
  private left: number;

  /** `patienceMs`: how long all waits together may take. */
  constructor(patienceMs: number) {
    this.left = patienceMs;
  }

  async leastDisturbed<T extends { readonly disturbance: number }>(take: () => Promise<T>): Promise<T> {
    await this.waitForQuiet();
    let best = await take();
    for (let tries = 1; best.disturbance > DISTURBED && tries < MOST_TRIES; tries++) {
      await this.waitForQuiet();
      const next = await take();
      if (next.disturbance < best.disturbance) best = next;
    }
    return best;
  }

  private async waitForQuiet(): Promise<void> {
    while (this.left > 0) {
      const before = machineBusyMs();
      await sleep(LOOK_MS);
      if (machineBusyMs() - before <= DISTURBED * LOOK_MS * availableParallelism()) return;
      this.left -= LOOK_MS;
    }
  }
}
