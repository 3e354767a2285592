import { APP_ROLES, type AppRole } from '../shared/domain/access/app-role';
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
import { registerListDatabases } from './http/list-databases';
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
  registerListDatabases,
  registerListJobs,
  registerGetJob,
  registerPostJobCancel,
  registerPostSelfTest,
  registerTick,
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
  registerPostWipeCheck,
  registerListChecks,
  registerListRecoveryPoints,
  registerGetRecoveryAdvice,
  registerListAudit,
  registerNightlyBackup,
];

/** What writes to a database, a server or the photos: its app alone has the logins and roles for that. */
const recovery = [
  registerPostRestore,
  registerPostRestoreUndo,
  registerPostPitrRestore,
  registerPostDrill,
  registerListDrills,
  registerGetDrill,
  registerListDeletedBlobs,
  registerPostUndelete,
  registerPostReconciliation,
];

const FUNCTIONS_OF: Readonly<Record<AppRole, readonly (() => void)[]>> = {
  all: [...both, ...backup, ...recovery],
  backup: [...both, ...backup],
  recovery: [...both, ...recovery],
};

const asked = process.env['APP_ROLE']?.trim().toLowerCase() ?? '';
const role = APP_ROLES.find((candidate) => candidate === (asked === '' ? 'all' : asked));
// an unknown APP_ROLE registers health alone, which then says what is wrong; nothing here may throw
if (role === undefined) registerGetHealth();
else {
  for (const register of FUNCTIONS_OF[role]) register();
  registerRunJob(role);
  registerDeadTicket(role);
}
