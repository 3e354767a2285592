import type { JobProgress, JobRecord } from '../../domain/jobs/job';

/** A running job as its operation sees it. */
export interface JobRun {
  /** The record as last written. */
  readonly record: JobRecord;
  /** Aborted with a Failure as its reason: canceled, shut-down, claim-lost, deadline-exceeded. */
  readonly signal: AbortSignal;
  /**
   * Runs one restartable phase, or gives back what it gave when it was finished by an earlier attempt. What it returns
   * is written to the record, so it must be small and JSON. A `Later` ends nothing: it is handed on, and the phase begins
   * again when the ticket is back.
   */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Writes facts to the record that a takeover inside a phase must know, before going on. */
  note(notes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Tells how far the phase is; written with the next heartbeat. */
  progress(progress: Omit<JobProgress, 'phase'>): void;
}
