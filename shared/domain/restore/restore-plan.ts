import { Failure, type FailureCode } from '../failure';
import type { JobWarning } from '../jobs/job';
import type { Manifest, Release } from '../backup/manifest';
import type { RestoreMode } from './restore-request';

/** Something that forbids the run; with none of them a plan may be carried out. */
export interface Refusal {
  readonly code: FailureCode;
  readonly detail: string;
  readonly hint: string;
}

/**
 * What a restore will do, told before it does it. `dryRun` answers with it; the job makes it anew from fresh facts and
 * carries out that one.
 */
export interface RestorePlan {
  readonly mode: RestoreMode;
  readonly backup: Pick<Manifest, 'backupId' | 'name' | 'database' | 'source' | 'snapshotAt' | 'schemaRevision'> & {
    readonly blob: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  };
  /** `name` is null for the server that the database lives on. */
  readonly target: { readonly name: string | null; readonly host: string; readonly major: number };
  /** Where the restored data is found afterwards. */
  readonly database: string;
  /** Where it is restored to first: the same but for a swap, which restores beside the live database. */
  readonly workDatabase: string;
  /** What a swap renames the live database to; null for the other modes. */
  readonly previousDatabase: string | null;
  readonly creates: readonly string[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  /** Objects (`clean`) that are dropped and made anew, in words; empty for the modes that destroy nothing. */
  readonly destroys: readonly string[];
  /** Objects (`clean`) that the archive does not know: they stay as they are. */
  readonly survives: readonly string[];
  readonly tables: readonly { readonly schema: string; readonly name: string }[] | null;
  readonly toastCompression: 'lz4' | null;
  readonly tool: { readonly major: number; readonly version: string };
  /** `file`: fetched to the temporary disk first, so that `parallelJobs` can be above 1. */
  readonly reads: 'file' | 'stream';
  readonly parallelJobs: number;
  /** From this installation's own runs; null before there are any. */
  readonly expectedSeconds: number | null;
  /** null: not known, which counts as too little. */
  readonly space: {
    readonly neededBytes: number;
    readonly freeBytes: number | null;
    readonly totalBytes: number | null;
  };
  /** Sessions on the live database that will be ended, in words without query texts. */
  readonly endsSessions: readonly string[];
  readonly missingRights: readonly { readonly right: string; readonly sql: string }[];
  /** Roles that own or are granted something in the dump and that the target does not have. */
  readonly missingRoles: readonly string[];
  /** `clean` only: the fresh verified dump that is there already, or that one is taken first. */
  readonly safetyDump: { readonly backupId: string } | 'taken-first' | null;
  /** The app version whose schema this is; null where no release is recorded. */
  readonly redeploy: Release | null;
  /** The name that `confirm` must equal; null where no confirmation is needed. */
  readonly confirm: string | null;
  readonly warnings: readonly JobWarning[];
  readonly refusals: readonly Refusal[];
}

/** @throws Failure of the first refusal, with the details and hints of all of them */
export function expectNoRefusal(refusals: readonly Refusal[]): void {
  const [first] = refusals;
  if (first === undefined) return;
  const hints = [...new Set(refusals.map(({ hint }) => hint))].join('; ');
  throw new Failure(first.code, refusals.map(({ detail }) => detail).join('; '), { hint: hints });
}
