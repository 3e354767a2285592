import { registerGetBackup } from './http/get-backup';
import { registerGetDrill } from './http/get-drill';
import { registerGetHealth } from './http/get-health';
import { registerGetJob } from './http/get-job';
import { registerGetOpenapi } from './http/get-openapi';
import { registerListBackups } from './http/list-backups';
import { registerListDrills } from './http/list-drills';
import { registerListJobs } from './http/list-jobs';
import { registerPostAdoption } from './http/post-adoption';
import { registerPostBackup } from './http/post-backup';
import { registerPostBackupDownload } from './http/post-backup-download';
import { registerPostBackupVerify } from './http/post-backup-verify';
import { registerPostDrill } from './http/post-drill';
import { registerPostJobCancel } from './http/post-job-cancel';
import { registerStop } from './lifecycle/stop';
import { registerDeadTicket } from './queue/dead-ticket';
import { registerRunJob } from './queue/run-job';
import { registerNightlyBackup } from './timers/nightly-backup';
import { registerTick } from './timers/tick';

const both = [
  registerGetHealth,
  registerGetOpenapi,
  registerListJobs,
  registerGetJob,
  registerPostJobCancel,
  registerStop,
];
const backup = [
  registerPostBackup,
  registerListBackups,
  registerGetBackup,
  registerPostBackupDownload,
  registerPostBackupVerify,
  registerPostAdoption,
  registerRunJob,
  registerDeadTicket,
  registerNightlyBackup,
  registerTick,
];

const recovery = [registerPostDrill, registerListDrills, registerGetDrill];

/** An unknown APP_ROLE registers health alone, which then says what is wrong; nothing here may throw. */
const ROLES: Readonly<Record<string, readonly (() => void)[]>> = {
  all: [...both, ...backup, ...recovery],
  backup: [...both, ...backup],
  recovery: [...both, ...recovery],
};
const role = process.env['APP_ROLE']?.trim().toLowerCase() ?? '';
for (const register of ROLES[role === '' ? 'all' : role] ?? [registerGetHealth]) register();
