import type { DumpDone } from '../../shared/operations/backup/backup-facts';

export interface WorkerOrders {
  /** Verify that dump; otherwise make one. */
  readonly verify?: DumpDone;
  /** What the block size is chosen by, instead of the database's size. */
  readonly expectedBytes?: number;
}

export interface WorkerResult {
  readonly dumped: DumpDone;
  /** Of the operation alone; in production the process that runs it is there already. */
  readonly wallMs: number;
  readonly peakBytes: number;
}
