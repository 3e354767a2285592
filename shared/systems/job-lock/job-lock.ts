import type { LockName } from '../../domain/jobs/job-lock';

/**
 * The locks of jobs: at most one job at a time writes or dumps a database. A lock that is not renewed
 * frees itself after its lease, so that a dead worker holds nothing.
 */
export interface JobLocks {
  /** Undefined when another worker has it. Fails with `storage-unavailable` or `storage-refused`. */
  acquire(name: LockName, jobId: string): Promise<JobLock | undefined>;
  /** The job that has the lock now; undefined when nobody has. */
  holder(name: LockName): Promise<string | undefined>;
}

export interface JobLock {
  /** @throws Failure `claim-lost` when the lock is no longer ours */
  renew(): Promise<void>;
  /** Never throws: what cannot be released frees itself. */
  release(): Promise<void>;
}
