import { Failure } from '../failure';
import type { JobKind, JobRecord } from './job';

/** What at most one job works on at a time: the blob of that name below `locks/`. */
export type LockName =
  | `database-${string}`
  | `job-${string}`
  | `verify-${string}`
  | `drill-${string}`
  | `copy-${string}`
  | 'adoptions'
  | 'content'
  | 'storage-policies';

type Locked = Pick<JobRecord, 'kind' | 'database' | 'jobId'>;

const LOCK_OF: Readonly<Record<JobKind, (record: Locked) => LockName>> = {
  // neither writes nor dumps the protected database: an accident must not wait for a long nightly dump
  'azure-backup': ofItself,
  backup: ofDatabase,
  restore: ofDatabase,
  undo: ofDatabase,
  // an undo must not meet it half-way
  'drop-previous': ofDatabase,
  // works on a scratch database of its own
  drill: (record) => `drill-${databaseOf(record)}`,
  // one after the other, so that no blob is adopted twice
  adopt: () => 'adoptions',
  // a stored dump is read beside the work on its database and keeps no backup waiting
  verify: (record) => `verify-${databaseOf(record)}`,
  'pitr-restore': ofItself,
  // which blobs are there is one question for the whole account; it neither waits for a dump nor holds one up
  undelete: () => 'content',
  reconcile: () => 'content',
  // two that read, merge and write the same policy would undo each other
  'storage-policies': () => 'storage-policies',
  // a copy keeps neither backups nor reads waiting
  copy: (record) => `copy-${databaseOf(record)}`,
};

/** The lock under which a job runs. */
export const lockOf = (record: Locked): LockName => LOCK_OF[record.kind](record);

function ofDatabase(record: Locked): LockName {
  return `database-${databaseOf(record)}`;
}

function ofItself({ jobId }: Locked): LockName {
  return `job-${jobId}`;
}

/** The configured name of a job that is about one database. */
export function databaseOf(record: Pick<JobRecord, 'database' | 'jobId'>): string {
  if (record.database !== undefined) return record.database;
  throw new Failure('internal', `the record of ${record.jobId} names no database`);
}
