import type { PgConnection } from '../../domain/pg-connection';

/**
 * What a freshly restored server needs before it may be used: it wakes up with everything of its source, and that is not
 * asleep. `admin` is the admin login on the clone, connected to any database of it.
 *
 * Failures of every method: those of PgServer.
 */
export interface PgClones {
  /**
   * Disables the subscriptions of every database, which would go on fetching from the source's publisher, and unschedules
   * the jobs of pg_cron unless they are to be kept. What this login may not do is told, not thrown. May be called again.
   */
  quiet(admin: PgConnection, options: { readonly keepJobs: boolean }, signal: AbortSignal): Promise<QuietedClone>;

  /** Client sessions that are neither ours nor Azure's own. */
  countSessions(connection: PgConnection, signal?: AbortSignal): Promise<number>;
}

export interface QuietedClone {
  readonly subscriptions: readonly {
    readonly database: string;
    readonly name: string;
    readonly outcome: QuietOutcome;
  }[];
  readonly cronJobs: readonly {
    readonly database: string;
    readonly name: string;
    readonly schedule: string;
    readonly outcome: QuietOutcome;
  }[];
}

/** `refused: …` has the server's reason. */
export type QuietOutcome = 'disabled' | 'unscheduled' | 'kept' | `refused: ${string}`;
