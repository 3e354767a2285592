import type { CatalogContents } from '../../domain/backup/compare-contents';
import type { JobWarning } from '../../domain/jobs/job';
import type { Manifest, NotIncluded, TableContents } from '../../domain/backup/manifest';
import type { Systems } from '../../systems/systems';

/** What the attempt that took the dump saw; kept beside the record because it can be large. */
export interface DumpFacts {
  readonly startedAt: string;
  readonly snapshotAt: string;
  readonly server: Manifest['server'];
  readonly tool: Manifest['tool'];
  readonly catalog: CatalogContents;
  /** By tableKey; absent without TABLE_CHECKSUMS. */
  readonly checksums: Readonly<Record<string, string>> | null;
  readonly notIncluded: readonly NotIncluded[];
  readonly warnings: readonly JobWarning[];
}

export const dumpFactsName = (attempt: string): string => `dump-${attempt}`;

/** What the attempt saw whose bytes were committed. */
export async function readDumpFacts(
  { jobLedger }: Pick<Systems, 'jobLedger'>,
  jobId: string,
  { attempt }: DumpDone,
): Promise<DumpFacts> {
  return (await jobLedger.readFacts(jobId, dumpFactsName(attempt))) as DumpFacts;
}

/** What the dump phase leaves in the record. */
export interface DumpDone {
  /** The attempt whose bytes were committed: the name of its facts. */
  readonly attempt: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface VerifiedContents {
  readonly tables: readonly TableContents[];
  readonly tocEntries: number;
  readonly largeObjects: number;
  readonly sequences: number;
}

export const VERIFIED_FACTS = 'verified';

export interface VerifyDone {
  readonly verifiedAt: string;
  readonly toolMajor: number;
}

export interface GlobalsDone {
  readonly globals: Manifest['globals'] | null;
  readonly notIncluded: readonly NotIncluded[];
}
