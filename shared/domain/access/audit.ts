/** One call that changed something, tried to, or was refused. Kept for good; times are ISO 8601 UTC. */
export interface AuditRecord {
  readonly at: string;
  /** The caller's subject and name; `anonymous` when nobody could be told apart. */
  readonly subject: string;
  readonly who: string;
  /** The route's name, `postBackup`. */
  readonly what: string;
  /** Method and path as they were called, without the query. */
  readonly call: string;
  /** Address as the front end of Azure saw it, and the program's own name for itself. */
  readonly from: { readonly address: string; readonly userAgent: string };
  readonly outcome: AuditOutcome;
  readonly status: number;
  /** Of the problem that was answered. */
  readonly code?: string;
  readonly jobId?: string;
  /** Refusals like this one that were only counted before it, because there were too many. */
  readonly notRecorded?: number;
}

export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

const REFUSALS: readonly number[] = [401, 403, 409, 429];

/** Undefined: nothing that an audit asks for, such as a list that was read or one that was asked for wrongly. */
export function auditOutcome(method: string, status: number): AuditOutcome | undefined {
  if (REFUSALS.includes(status)) return 'refused';
  if (method === 'GET') return undefined;
  return status < 400 ? 'done' : status < 500 ? 'refused' : 'failed';
}

/** One line of at most `max` characters from a text that a caller chose: without control characters, and without those that turn its direction. */
export function oneLine(text: string, max: number): string {
  return text
    .replaceAll(/[\p{C}\u2028\u2029]/gu, ' ')
    .slice(0, max)
    .trim();
}

/**
 * Refusals of callers that nobody knows, let through to the record up to a number each minute: whoever knocks without end must
 * not fill the storage. `take` says whether one more may be recorded and how many were only counted since the last.
 */
export class StrangerLimit {
  private minute = 0;
  private taken = 0;
  private counted = 0;

  constructor(private readonly perMinute: number) {}

  take(now: Date): { readonly record: boolean; readonly notRecorded: number } {
    const minute = Math.floor(now.getTime() / 60_000);
    if (minute !== this.minute) [this.minute, this.taken] = [minute, 0];
    if (this.taken >= this.perMinute) {
      this.counted += 1;
      return { record: false, notRecorded: this.counted };
    }
    this.taken += 1;
    const notRecorded = this.counted;
    this.counted = 0;
    return { record: true, notRecorded };
  }
}
