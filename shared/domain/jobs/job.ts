import type { FailureCode } from '../failure';

/** The job record: the truth about one piece of work, kept in Blob (product.md §3, §5). Times are ISO 8601 UTC. */
export const JOB_KINDS = [
  'azure-backup',
  'backup',
  'pitr-restore',
  'verify',
  'adopt',
  'restore',
  'undo',
  'drop-previous',
  'drill',
  'undelete',
  'reconcile',
  'storage-policies',
  'copy',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobProgress {
  readonly phase: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
  readonly percent?: number;
  readonly message?: string;
}

/** How far a phase is that goes over so many bytes; an empty archive is done. */
export const byteProgress = (
  doneBytes: number,
  totalBytes: number,
): Pick<JobProgress, 'doneBytes' | 'totalBytes' | 'percent'> => ({
  doneBytes,
  totalBytes,
  percent: totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 100),
});

export interface JobError {
  readonly code: FailureCode;
  readonly detail: string;
  readonly hint: string;
}

export interface JobWarning {
  readonly code: string;
  readonly detail: string;
}

export type JobResult = Readonly<Record<string, unknown>> & { readonly warnings: readonly JobWarning[] };

export interface JobRecord {
  readonly recordVersion: 1;
  readonly jobId: string;
  readonly kind: JobKind;
  /** Configured name; none where the job is about blobs only. */
  readonly database?: string;
  readonly state: JobState;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Claims so far: 1 while the first worker has it. */
  readonly attempt: number;
  /** The job whose end this one waits for. */
  readonly waitingFor?: string;
  readonly progress: JobProgress;
  readonly result?: JobResult;
  readonly error?: JobError;
  /** What was asked, as the kind's own operation reads it. */
  readonly request: Readonly<Record<string, unknown>>;

  // how the engine keeps its place; not shown to callers
  /** Token of the worker that has it; a claim by another worker changes it. */
  readonly owner?: string;
  readonly heartbeatAt?: string;
  /** When the last ticket was sent; it may come into view as late as `ticketDueAt`. */
  readonly ticketDueAt: string;
  readonly cancelRequestedBy?: string;
  /** Phases that are done, with what later phases need of them. */
  readonly phasesDone: Readonly<Record<string, unknown>>;
  /** How long the attempt that finished a phase worked on it, milliseconds. */
  readonly phaseMs?: Readonly<Record<string, number>>;
  /** Facts that survive a takeover inside a phase, such as the reserved name. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** Workers that died in a phase without giving the job back. */
  readonly kills: Readonly<Record<string, number>>;
  /** Times a stopping host gave the job back. */
  readonly givenBack: number;
  /** Times the job was put back after a passing failure. */
  readonly retries: number;
}

export const hasEnded = ({ state }: Pick<JobRecord, 'state'>): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'canceled';

const KILLS_PER_PHASE = 2;
const GIVE_BACKS = 6;

export type ClaimDecision =
  | { readonly next: 'run'; readonly record: JobRecord }
  | { readonly next: 'give-up'; readonly record: JobRecord; readonly detail: string }
  | { readonly next: 'cancel'; readonly record: JobRecord };

/**
 * What a worker that holds the lock makes of the record. A record that still says "running" belonged to a worker that
 * died (it would hold the lock otherwise): that counts as a kill of the phase it was in, and the second one ends the job.
 */
export function decideClaim(record: JobRecord, owner: string, now: Date): ClaimDecision {
  const died = record.state === 'running';
  const phase = record.progress.phase;
  const kills = died ? { ...record.kills, [phase]: (record.kills[phase] ?? 0) + 1 } : record.kills;
  const { waitingFor: _waited, error: _lastError, ...rest } = record;
  const claimed: JobRecord = {
    ...rest,
    kills,
    state: 'running',
    owner,
    attempt: record.attempt + 1,
    startedAt: record.startedAt ?? now.toISOString(),
    heartbeatAt: now.toISOString(),
  };
  if (record.cancelRequestedBy !== undefined) return { next: 'cancel', record: claimed };
  if ((kills[phase] ?? 0) >= KILLS_PER_PHASE) {
    const detail = `the worker died ${KILLS_PER_PHASE} times in the phase "${phase}"`;
    return { next: 'give-up', record: claimed, detail };
  }
  if (record.givenBack >= GIVE_BACKS) {
    return { next: 'give-up', record: claimed, detail: `the host was stopped ${GIVE_BACKS} times while the job ran` };
  }
  return { next: 'run', record: claimed };
}

const PUBLIC_FIELDS = [
  'jobId',
  'kind',
  'database',
  'state',
  'requestedBy',
  'requestedAt',
  'startedAt',
  'finishedAt',
  'attempt',
  'waitingFor',
  'progress',
  'result',
  'error',
] as const;

export type PublicJob = Pick<JobRecord, (typeof PUBLIC_FIELDS)[number]>;

/** The job as callers see it (product.md §5). */
export function publicJob(record: JobRecord): PublicJob {
  return Object.fromEntries(
    PUBLIC_FIELDS.flatMap((field) => (record[field] === undefined ? [] : [[field, record[field]]])),
  ) as unknown as PublicJob;
}
