import { slug } from '../jobs/job-id';

/**
 * The comment that tells what a database of ours is, so that an orphan is recognised and nothing else is ever dropped:
 * JSON, readable by anyone who lists the databases.
 */
export type DatabaseMarker =
  /** Being restored, or restored for a drill: nobody's data yet. */
  | { readonly jobId: string; readonly state: 'restoring' }
  /** Swapped out by a restore (`previous`) or by its undoing (`undone`). */
  | {
      readonly jobId: string;
      readonly state: 'previous' | 'undone';
      /** The name that it was live under. */
      readonly of: string;
      /** ISO 8601 UTC. */
      readonly since: string;
      /** The comment that it had. */
      readonly comment: string | null;
    };

export function writeMarker(marker: DatabaseMarker): string {
  return JSON.stringify({ lifebookBackup: marker });
}

/** Undefined: the comment is somebody else's. */
export function readMarker(comment: string | null): DatabaseMarker | undefined {
  if (comment === null || !comment.startsWith('{"lifebookBackup":')) return undefined;
  try {
    return (JSON.parse(comment) as { lifebookBackup: DatabaseMarker }).lifebookBackup;
  } catch {
    return undefined;
  }
}

/**
 * The name that a database has between its creation and its marking: whoever finds one of that name knows whose it is,
 * however soon after the creation the worker died. 63 bytes at most.
 */
export function creationName(jobId: string): string {
  return `lifebook_restore_${slug(jobId)}`.slice(0, 63);
}
