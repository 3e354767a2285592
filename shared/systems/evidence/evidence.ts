import type { DrillEvidence } from '../../domain/drills/drill';

/**
 * Evidence of drills, as JSON and as a page; never removed by the app. Failures of every method: `storage-unavailable`,
 * `storage-refused`.
 */
export interface Evidence {
  /** Writes or replaces what is known of a drill. */
  save(evidence: DrillEvidence, page: string): Promise<void>;
  read(id: string): Promise<DrillEvidence | undefined>;
  /** Ids, newest first. */
  ids(): Promise<string[]>;
}
