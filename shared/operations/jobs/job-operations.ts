import type { JobKind, JobRecord, JobResult } from '../../domain/jobs/job';
import type { Later } from '../../domain/jobs/later';
import type { Systems } from '../../systems/systems';
import { abandonAdoption, adoptDump } from '../catalog/adopt-dump';
import { applyStoragePolicies } from '../storage-policies/apply-storage-policies';
import { abandonBackup } from '../backup/abandon-backup';
import { abandonClone } from '../point-in-time/abandon-clone';
import { backUpInAzure } from '../backup/back-up-in-azure';
import { copyBackup } from '../catalog/copy-backup';
import { backUpDatabase } from '../backup/back-up-database';
import { abandonDrop, dropPrevious } from '../restore/drop-previous';
import type { JobRun } from './job-run';
import { reconcileBlobs } from '../blobs/reconcile-blobs';
import { abandonRestoring, restoreDatabase } from '../restore/restore-database';
import { undeleteBlobs } from '../blobs/undelete-blobs';
import { abandonUndo, undoRestore } from '../restore/undo-restore';
import { abandonDrill, runDrill } from '../drills/run-drill';
import { verifyAgain } from '../catalog/verify-again';
import { restoreToPointInTime } from '../point-in-time/restore-to-point-in-time';

interface JobOperation {
  /** `Later`: nothing is left to do here until something outside has gone on; the phase is entered again then. */
  readonly run: (systems: Systems, run: JobRun) => Promise<JobResult | Later>;
  /**
   * Puts in order what a failed or canceled job left behind. Gives back a result when the job had in truth succeeded
   * before it was told to stop.
   */
  readonly abandon: (systems: Systems, record: JobRecord) => Promise<JobResult | undefined>;
}

/** For jobs that only read, or of which each step is whole. */
const nothingToAbandon = (): Promise<undefined> => Promise.resolve(undefined);

/** What each kind of job does: one file per verb. */
export const OPERATIONS: Readonly<Record<JobKind, JobOperation>> = {
  copy: { run: copyBackup, abandon: nothingToAbandon },
  drill: { run: runDrill, abandon: abandonDrill },
  adopt: { run: adoptDump, abandon: abandonAdoption },
  'azure-backup': { run: backUpInAzure, abandon: nothingToAbandon },
  backup: { run: backUpDatabase, abandon: abandonBackup },
  'drop-previous': { run: dropPrevious, abandon: abandonDrop },
  'pitr-restore': { run: restoreToPointInTime, abandon: abandonClone },
  restore: { run: restoreDatabase, abandon: abandonRestoring },
  'storage-policies': { run: applyStoragePolicies, abandon: nothingToAbandon },
  undo: { run: undoRestore, abandon: abandonUndo },
  reconcile: { run: reconcileBlobs, abandon: nothingToAbandon },
  undelete: { run: undeleteBlobs, abandon: nothingToAbandon },
  verify: { run: verifyAgain, abandon: nothingToAbandon },
};
