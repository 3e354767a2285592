import type { Failure } from '../../domain/failure';

/** Aborts when nothing was reported for a while: a peer that neither works nor fails. */
export class StallGuard {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limitSeconds: number,
    private readonly failure: (seconds: number) => Failure,
  ) {
    this.alive();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something moved. */
  alive(): void {
    if (this.timer !== undefined) {
      this.timer.refresh();
      return;
    }
    this.timer = setTimeout(() => this.controller.abort(this.failure(this.limitSeconds)), this.limitSeconds * 1000);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}
