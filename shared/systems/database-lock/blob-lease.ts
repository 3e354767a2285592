import { Failure } from '../../domain/failure';
import { statusOf, storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { StateContainer } from '../job-ledger/state-container';
import type { DatabaseLock, DatabaseLocks } from './database-lock';

/** Locks as leases of the blobs `locks/<database>`; the blob's metadata names the job. */
export class BlobLeaseLocks implements DatabaseLocks {
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

  async acquire(database: string, jobId: string): Promise<DatabaseLock | undefined> {
    const name = lockName(database);
    await this.state.write(name, {}, 'absent');
    const blob = (await this.state.container()).getBlobClient(name);
    const lease = blob.getBlobLeaseClient();
    const call = <T>(what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
      storageCall(`${what} the lock of ${database}`, this.patience, run);
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
          throw new Failure('claim-lost', `the lock of ${database} is no longer held`, { cause: error });
        }
      },
    };
  }

  async holder(database: string): Promise<string | undefined> {
    const blob = (await this.state.container()).getBlobClient(lockName(database));
    try {
      const found = await storageCall(`looking at the lock of ${database}`, this.patience, (abortSignal) =>
        blob.getProperties({ abortSignal }),
      );
      return found.leaseState === 'leased' ? found.metadata?.['jobid'] : undefined;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }
}

const lockName = (database: string): string => `locks/database-${database}`;
