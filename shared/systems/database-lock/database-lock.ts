/**
 * The lock of a database: at most one job writes or dumps it at a time. A lock that is not renewed frees itself after
 * its lease, so that a dead worker holds nothing.
 */
export interface DatabaseLocks {
  /** Undefined when another worker has it. Fails with `storage-unavailable` or `storage-refused`. */
  acquire(database: string, jobId: string): Promise<DatabaseLock | undefined>;
  /** The job that has the lock now; undefined when nobody has. */
  holder(database: string): Promise<string | undefined>;
}

export interface DatabaseLock {
  /** @throws Failure `claim-lost` when the lock is no longer ours */
  renew(): Promise<void>;
  /** Never throws: what cannot be released frees itself. */
  release(): Promise<void>;
}
