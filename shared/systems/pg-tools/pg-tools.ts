import type { Readable, Writable } from 'node:stream';
import type { Compression } from '../../config/compression';
import type { PgConnection } from '../../domain/pg-connection';

/**
 * PostgreSQL's client programs. They run as children with a minimal environment; a password goes to them by that
 * environment, never as an argument.
 */
export interface PgTools {
  /**
   * The tools for a server: the smallest bundled major that is at least the server's and can do zstd, else those on PATH.
   *
   * @throws Failure `pg-tools-missing`, `pg-tools-too-old` (naming both versions), `pg-tools-corrupt`,
   * `pg-tools-lose-data`
   */
  choose(serverMajor: number): Promise<ToolSet>;
  /** Starts `pg_dump -Fc` on a snapshot; the archive comes from `stdout`. */
  dump(tools: ToolSet, job: DumpJob, signal: AbortSignal): Promise<ToolRun>;
  /** Starts `pg_restore -f -`: archive in, SQL text out; decodes every block and touches no database. */
  decode(tools: ToolSet, signal: AbortSignal): ToolRun;
  /** Starts `pg_restore --schema-only -f -`: it reads no further than the table of contents. */
  decodeSchema(tools: ToolSet, signal: AbortSignal): ToolRun;
  /** Starts `pg_dumpall --roles-only --no-role-passwords`. */
  dumpRoles(tools: ToolSet, connection: PgConnection, signal: AbortSignal): Promise<ToolRun>;
  /**
   * Starts `pg_restore` into a database. It goes on after an error, so that every message is read afterwards
   * (restore-messages.ts). Without a file the archive goes to `stdin`.
   */
  restore(tools: ToolSet, job: RestoreJob, signal: AbortSignal): Promise<ToolRun>;
  /**
   * Starts `pg_restore --single-transaction --clean --if-exists -f -`: a script that drops what the archive knows and
   * makes it anew, between the only BEGIN and COMMIT. Without a file the archive goes to `stdin`.
   */
  restoreScript(tools: ToolSet, file: string | undefined, signal: AbortSignal): ToolRun;
  /**
   * Starts `psql` of the same build (a script of pg_restore is for its own psql), which ends at the first error. Without
   * `-1`: that would commit at the end of its input, also of one that was cut.
   */
  psql(tools: ToolSet, job: Pick<RestoreJob, 'connection' | 'toastCompression'>, signal: AbortSignal): Promise<ToolRun>;
  /** Starts `pg_restore --list --verbose`: the table of contents with dependencies. Without a file: of `stdin`. */
  list(tools: ToolSet, file: string | undefined, signal: AbortSignal): ToolRun;
  /** Starts `pg_dump --schema-only -Fc`; the archive comes from `stdout`. */
  dumpSchema(tools: ToolSet, connection: PgConnection, signal: AbortSignal): Promise<ToolRun>;
}

export interface ToolSet {
  readonly major: number;
  /** `17.11` */
  readonly version: string;
  readonly origin: 'bundled' | 'path';
  readonly compressions: readonly Compression['method'][];
  readonly files: Readonly<Record<ToolName, string>>;
}

export const TOOL_NAMES = ['pg_dump', 'pg_restore', 'psql', 'pg_dumpall'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export interface DumpJob {
  readonly connection: PgConnection;
  readonly snapshotId: string;
  readonly compression: Compression;
  readonly lockWaitSeconds: number;
}

export interface RestoreJob {
  readonly connection: PgConnection;
  /** Undefined: the archive comes by stdin, and `jobs` must be 1. */
  readonly file: string | undefined;
  /** Connections that work at the same time. With several, each connects anew: not for tokens that may run out. */
  readonly jobs: number;
  /** A file of lines of `list`: only these entries. */
  readonly listFile: string | undefined;
  /** For the values that this restore writes; the server's default stays as it is. */
  readonly toastCompression: 'lz4' | null;
}

export interface ToolRun {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the process has ended and its output is closed. Never rejects. */
  readonly ended: Promise<ToolEnd>;
  /** SIGTERM, and SIGKILL after five seconds. */
  kill(): void;
}

export interface ToolEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The first 64 KiB of what it wrote to stderr, English. */
  readonly stderr: string;
  /** It wrote more than that: what it said is not wholly known. */
  readonly isStderrCut: boolean;
  /** Set when the program could not be started. */
  readonly startError?: string;
}
