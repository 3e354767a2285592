import { registerDeleteBackupHold } from './http/delete-backup-hold';
import { registerGetBackup } from './http/get-backup';
import { registerGetConsole, registerGetConsoleFile } from './http/get-console';
import { registerGetConsoleConfig } from './http/get-console-config';
import { registerGetDrill } from './http/get-drill';
import { registerGetHealth } from './http/get-health';
import { registerGetJob } from './http/get-job';
import { registerGetOpenapi } from './http/get-openapi';
import { registerGetRecoveryAdvice } from './http/get-recovery-advice';
import { registerGetRetentionPlan } from './http/get-retention-plan';
import { registerGetRollbackPlan } from './http/get-rollback-plan';
import { registerListAudit } from './http/list-audit';
import { registerListBackups } from './http/list-backups';
import { registerListChecks } from './http/list-checks';
import { registerListDrills } from './http/list-drills';
import { registerListDeletedBlobs } from './http/list-deleted-blobs';
import { registerListJobs } from './http/list-jobs';
import { registerListRecoveryPoints } from './http/list-recovery-points';
import { registerPostAdoption } from './http/post-adoption';
import { registerPostBackup } from './http/post-backup';
import { registerPostBackupAccept } from './http/post-backup-accept';
import { registerPostBackupDownload } from './http/post-backup-download';
import { registerPostBackupVerify } from './http/post-backup-verify';
import { registerPostPitrRestore } from './http/post-pitr-restore';
import { registerPostDrill } from './http/post-drill';
import { registerPostJobCancel } from './http/post-job-cancel';
import { registerPostReleaseVerified } from './http/post-release-verified';
import { registerPostRestore } from './http/post-restore';
import { registerPostRestoreUndo } from './http/post-restore-undo';
import { registerPostSelfTest } from './http/post-self-test';
import { registerPostReconciliation } from './http/post-reconciliation';
import { registerPostUndelete } from './http/post-undelete';
import { registerPostStoragePolicies } from './http/post-storage-policies';
import { registerPostWipeCheck } from './http/post-wipe-check';
import { registerPutBackupHold } from './http/put-backup-hold';
import { registerStop } from './lifecycle/stop';
import { registerDeadTicket } from './queue/dead-ticket';
import { registerRunJob } from './queue/run-job';
import { registerNightlyBackup } from './timers/nightly-backup';
import { registerTick } from './timers/tick';

const both = [
  registerGetConsole,
  registerGetConsoleConfig,
  registerGetConsoleFile,
  registerGetHealth,
  registerGetOpenapi,
  registerListAudit,
  registerListJobs,
  registerGetJob,
  registerPostJobCancel,
  registerPostSelfTest,
  registerStop,
];
const backup = [
  registerPostBackup,
  registerListBackups,
  registerGetBackup,
  registerPostBackupDownload,
  registerPostBackupVerify,
  registerPostAdoption,
  registerPutBackupHold,
  registerDeleteBackupHold,
  registerPostBackupAccept,
  registerPostReleaseVerified,
  registerGetRollbackPlan,
  registerGetRetentionPlan,
  registerPostStoragePolicies,
  registerListChecks,
  registerListRecoveryPoints,
  registerGetRecoveryAdvice,
  registerRunJob,
  registerDeadTicket,
  registerNightlyBackup,
  registerTick,
];

const recovery = [
  registerGetDrill,
  registerListDeletedBlobs,
  registerListDrills,
  registerPostDrill,
  registerPostPitrRestore,
  registerPostRestore,
  registerPostRestoreUndo,
  registerPostReconciliation,
  registerPostUndelete,
  registerPostWipeCheck,
];

/** An unknown APP_ROLE registers health alone, which then says what is wrong; nothing here may throw. */
const ROLES: Readonly<Record<string, readonly (() => void)[]>> = {
  all: [...both, ...backup, ...recovery],
  backup: [...both, ...backup],
  // its own queue is not there yet (CHANGELOG): a recovery that it took would be run by the other app, without the admin login
  recovery: both,
};
const role = process.env['APP_ROLE']?.trim().toLowerCase() ?? '';
for (const register of ROLES[role === '' ? 'all' : role] ?? [registerGetHealth]) register();
