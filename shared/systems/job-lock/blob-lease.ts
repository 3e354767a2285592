import { Failure } from '../../domain/failure';
import type { LockName } from '../../domain/jobs/job-lock';
import { statusOf, storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { StateContainer } from '../job-ledger/state-container';
import type { JobLock, JobLocks } from './job-lock';

/** Locks as leases of the blobs `locks/<name>`; the blob's metadata names the job. */
export class BlobLeaseLocks implements JobLocks {
  constructor(
    private readonly state: StateContainer,
    private readonly general: StoragePatience,
    private readonly leaseSeconds: () => number,
  ) {}

  /** A renewal that takes longer than the lease is worth nothing: two tries within half of it. */
  private get patience(): StoragePatience {
    const tryTimeoutMs = Math.min(this.general.tryTimeoutMs, (this.leaseSeconds() * 1000) / 4);
    const { retryDelayMs, retryMaxDelayMs } = this.general;
    return { tryTimeoutMs, maxTries: 2, retryDelayMs: Math.min(retryDelayMs, 1000), retryMaxDelayMs };
  }

  async acquire(lock: LockName, jobId: string): Promise<JobLock | undefined> {
    const name = blobOf(lock);
    await this.state.write(name, {}, 'absent');
    const blob = (await this.state.container()).getBlobClient(name);
    const lease = blob.getBlobLeaseClient();
    const call = <T>(what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
      storageCall(`${what} the lock ${lock}`, this.patience, run);
    try {
      await call('taking', (abortSignal) => lease.acquireLease(this.leaseSeconds(), { abortSignal }));
    } catch (error) {
      if (statusOf(error) === 409) return undefined;
      throw error;
    }
    const release = async (): Promise<void> => {
      await call('releasing', (abortSignal) => lease.releaseLease({ abortSignal })).catch(() => undefined);
    };
    try {
      await call('signing', (abortSignal) =>
        blob.setMetadata({ jobid: jobId }, { conditions: { leaseId: lease.leaseId }, abortSignal }),
      );
    } catch (error) {
      await release();
      throw error;
    }
    return {
      release,
      renew: async () => {
        try {
          await call('renewing', (abortSignal) => lease.renewLease({ abortSignal }));
        } catch (error) {
          const status = statusOf(error);
          if (status !== 409 && status !== 412 && status !== 404) throw error;
          throw new Failure('claim-lost', `the lock ${lock} is no longer held`, { cause: error });
        }
      },
    };
  }

  async holder(lock: LockName): Promise<string | undefined> {
    const blob = (await this.state.container()).getBlobClient(blobOf(lock));
    try {
      const found = await storageCall(`looking at the lock ${lock}`, this.patience, (abortSignal) =>
        blob.getProperties({ abortSignal }),
      );
      return found.leaseState === 'leased' ? found.metadata?.['jobid'] : undefined;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }
}

const blobOf = (lock: LockName): string => `locks/${lock}`;
