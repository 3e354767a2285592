import { Failure } from '../../domain/failure';
import { type ClaimDecision, decideClaim, hasEnded, type JobProgress, type JobRecord } from '../../domain/jobs/job';
import type { VersionedRecord } from '../../systems/job-ledger/job-ledger';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'jobLedger' | 'clock'>;

/**
 * A worker's hold on a job record. Every write is a compare-and-set: one that fails reads the record again, takes over a
 * wish to cancel, and gives up with `claim-lost` when another worker has claimed the job meanwhile.
 */
export class JobClaim {
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly systems: Needs,
    private current: VersionedRecord,
    private readonly owner: string,
  ) {}

  /** Undefined when the job has ended. The caller holds the lock, so nobody else works on it. */
  static async take(
    systems: Needs,
    jobId: string,
    owner: string,
  ): Promise<{ claim: JobClaim; decision: ClaimDecision } | undefined> {
    let decision: ClaimDecision | undefined;
    for (;;) {
      const found = await systems.jobLedger.read(jobId);
      if (found === undefined || hasEnded(found.record)) return undefined;
      // the write before had been carried out, only its answer was lost
      if (decision !== undefined && found.record.owner === owner) {
        return { claim: new JobClaim(systems, found, owner), decision };
      }
      decision = decideClaim(found.record, owner, systems.clock.now());
      const version = await systems.jobLedger.update(decision.record, found.version);
      if (version === undefined) continue;
      return { claim: new JobClaim(systems, { ...found, record: decision.record, version }, owner), decision };
    }
  }

  get record(): JobRecord {
    return this.current.record;
  }

  /** Changes the record, one write after the other. @throws Failure `claim-lost` */
  async change(change: (record: JobRecord) => JobRecord): Promise<JobRecord> {
    const turn = this.writing.then(() => this.write(change));
    this.writing = turn.catch(() => undefined);
    return turn;
  }

  heartbeat(progress: JobProgress): Promise<JobRecord> {
    return this.change((record) => ({ ...record, progress, heartbeatAt: this.systems.clock.now().toISOString() }));
  }

  private async write(change: (record: JobRecord) => JobRecord): Promise<JobRecord> {
    for (;;) {
      const record = change(this.current.record);
      const version = await this.systems.jobLedger.update(record, this.current.version);
      if (version !== undefined) {
        this.current = { ...this.current, record, version };
        return record;
      }
      const found = await this.systems.jobLedger.read(record.jobId);
      // what is stored is what was to be written: only the answer was lost
      if (found !== undefined && JSON.stringify(found.record) === JSON.stringify(record)) {
        this.current = found;
        return record;
      }
      if (found === undefined || found.record.owner !== this.owner || found.record.state !== 'running') {
        throw new Failure('claim-lost', `another worker has taken over ${record.jobId}`);
      }
      this.current = found;
    }
  }
}
