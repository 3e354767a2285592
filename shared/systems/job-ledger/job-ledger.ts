import type { TickName } from '../../domain/access/app-role';
import type { JobRecord } from '../../domain/jobs/job';
import type { Duty } from '../../domain/jobs/what-is-due';

/** A record with the version that an update must name. */
export interface VersionedRecord {
  readonly record: JobRecord;
  readonly version: string;
  /** Filed away: it can be read and no longer changed. */
  readonly isFiled: boolean;
}

/**
 * The job records, changed by compare-and-set only. Finished ones are filed away by the month of their request.
 * Failures of every method: `storage-unavailable`, `storage-refused`.
 */
export interface JobLedger {
  /** `exists`: a record of that id is there already, also a filed one; nothing was changed. */
  create(record: JobRecord): Promise<'created' | 'exists'>;
  read(jobId: string): Promise<VersionedRecord | undefined>;
  /** The new version, or undefined when the record was changed since `version`: read it again. */
  update(record: JobRecord, version: string): Promise<string | undefined>;
  /** Adds to a record that has ended, also a filed one, by compare-and-set. Nothing, when there is none. */
  amend(jobId: string, change: (record: JobRecord) => JobRecord): Promise<void>;
  /** Every record that is not filed away, oldest request first: the unfinished and those that ended lately. */
  listOpen(): AsyncIterable<JobRecord>;
  /** Ids, newest request first, filed ones included. */
  listIds(): AsyncIterable<string>;
  /** Moves a record that has ended; one that is open again meanwhile stays. */
  fileAway(jobId: string): Promise<void>;

  /** Facts too large for the record, such as the catalog of one attempt's snapshot; written or replaced under a name. */
  saveFacts(jobId: string, name: string, facts: unknown): Promise<void>;
  readFacts(jobId: string, name: string): Promise<unknown>;

  /** Takes a backup id for a job: true when it is free, or this very job's. */
  reserveBackupId(backupId: string, jobId: string): Promise<boolean>;

  /**
   * Remembers what `key` stands for. Gives back what was there before, and then changes nothing; something remembered
   * before `forgetBefore` counts as not there.
   */
  rememberKey(key: string, value: RememberedRequest, forgetBefore: Date): Promise<RememberedRequest | undefined>;

  /** What is remembered of `key` since `forgetBefore`; changes nothing. */
  recallKey(key: string, forgetBefore: Date): Promise<RememberedRequest | undefined>;

  /** What tells this installation from others, on servers that it makes: random, made once. */
  installationId(): Promise<string>;

  noteTick(name: TickName, at: Date): Promise<void>;
  lastTickAt(name: TickName): Promise<Date | undefined>;
  /** When a duty of `tick` was last done, whoever did it. */
  noteDuty(duty: Duty, at: Date): Promise<void>;
  lastDutyAt(duty: Duty): Promise<Date | undefined>;
}

export interface RememberedRequest {
  readonly jobId: string;
  readonly bodyHash: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}
