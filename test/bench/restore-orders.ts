import type { Manifest } from '../../shared/domain/backup/manifest';

export interface RestoreOrders {
  readonly jobId: string;
  readonly manifest: Manifest;
  readonly serverMajor: number;
  /** The new one. */
  readonly database: string;
  readonly toastCompression: 'lz4' | null;
  readonly reads: 'file' | 'stream';
  readonly parallelJobs: number;
}

export interface RestoreResult {
  /** `restore` is what the peer does: fetch, hash, pg_restore; `analyze` and `compare` come on top. */
  readonly phaseMs: Readonly<Record<string, number>>;
  readonly peakBytes: number;
}
