import { Failure } from '../../shared/domain/failure';
import type { LockName } from '../../shared/domain/jobs/job-lock';
import type { JobLock, JobLocks } from '../../shared/systems/job-lock/job-lock';

/** Locks in memory that never run out; held to the same contract as the real ones. */
export class MemoryLocks implements JobLocks {
  private readonly held = new Map<LockName, { readonly jobId: string }>();

  acquire(name: LockName, jobId: string): Promise<JobLock | undefined> {
    if (this.held.has(name)) return Promise.resolve(undefined);
    const own = { jobId };
    this.held.set(name, own);
    const isHeld = (): boolean => this.held.get(name) === own;
    return Promise.resolve({
      renew: () =>
        isHeld() ? Promise.resolve() : Promise.reject(new Failure('claim-lost', `the lock ${name} is no longer held`)),
      release: () => {
        if (isHeld()) this.held.delete(name);
        return Promise.resolve();
      },
    });
  }

  holder(name: LockName): Promise<string | undefined> {
    return Promise.resolve(this.held.get(name)?.jobId);
  }
}
