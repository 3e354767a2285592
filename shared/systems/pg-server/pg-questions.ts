import type { PgConnection } from '../../domain/pg-connection';

/**
 * Questions to a restored database, in a transaction that can change nothing.
 *
 * Failures of every method: those of PgServer; `database-refused` for a statement that the server does not take.
 */
export interface PgQuestions {
  describe(connection: PgConnection, signal: AbortSignal): Promise<ServerDescription>;
  /** The first rows of the answer, each value as text or null. */
  rows(connection: PgConnection, question: Question, signal: AbortSignal): Promise<Row[]>;
}

export interface Question {
  /** A single SELECT (or VALUES, TABLE, WITH); a comment or semicolon may end it. */
  readonly select: string;
  readonly limit: number;
  /** As `SHOW search_path` prints it; default: that of a new server. */
  readonly searchPath?: string | undefined;
}

export type Row = Readonly<Record<string, string | null>>;

export interface ServerDescription {
  readonly version: string;
  readonly major: number;
  /** Roles that the login may make the owner of something. */
  readonly ownRoles: readonly string[];
}
