import { afterEach, describe, expect, it, jest } from '@jest/globals';

const BOTH = [
  ...['http getHealth', 'http getJob', 'http getOpenapi', 'http listJobs', 'http postJobCancel'],
  'http listDatabases',
  ...['http getConsole', 'http getConsoleConfig', 'http getConsoleFile', 'http postSelfTest', 'timer tick'],
];
const BACKUP = [
  ...['http deleteBackupHold', 'http getBackup', 'http getRecoveryAdvice', 'http getRetentionPlan', 'http listAudit'],
  ...['http listBackups', 'http listChecks', 'http listRecoveryPoints', 'http postAdoption', 'http postBackup'],
  ...['http postStoragePolicies', 'http postReleaseVerified', 'http getRollbackPlan'],
  ...['http postBackupAccept', 'http postBackupDownload', 'http postBackupVerify', 'http postWipeCheck'],
  ...['http putBackupHold', 'timer nightlyBackup'],
];
const RECOVERY = [
  ...['http getDrill', 'http listDrills', 'http postDrill', 'http postPitrRestore', 'http postRestore'],
  ...['http postRestoreUndo', 'http listDeletedBlobs', 'http postUndelete', 'http postReconciliation'],
];
const BACKUP_QUEUE = ['queue deadTicket lifebook-backup-jobs-poison', 'queue runJob lifebook-backup-jobs'];
const RECOVERY_QUEUE = ['queue deadTicket lifebook-recovery-jobs-poison', 'queue runJob lifebook-recovery-jobs'];

/** What functions/main.ts registers in an app of this role, in order of the alphabet. */
async function registeredWith(role: string): Promise<string[]> {
  const names: string[] = [];
  process.env['APP_ROLE'] = role;
  jest.resetModules();
  const { app, Disposable } = await import('@azure/functions');
  jest.spyOn(app, 'http').mockImplementation((name) => void names.push(`http ${name}`));
  jest.spyOn(app, 'timer').mockImplementation((name) => void names.push(`timer ${name}`));
  jest.spyOn(app, 'storageQueue').mockImplementation((name, { queueName }) => {
    names.push(`queue ${name} ${queueName}`);
  });
  jest.spyOn(app.hook, 'appTerminate').mockReturnValue(new Disposable(() => undefined));
  await import('../../../functions/main');
  return names.sort();
}

afterEach(() => {
  delete process.env['APP_ROLE'];
  process.removeAllListeners('SIGTERM');
  jest.restoreAllMocks();
});

describe('the functions of an app', () => {
  it.each([
    ['all', [...BOTH, ...BACKUP, ...RECOVERY, ...BACKUP_QUEUE]],
    ['', [...BOTH, ...BACKUP, ...RECOVERY, ...BACKUP_QUEUE]],
    ['backup', [...BOTH, ...BACKUP, ...BACKUP_QUEUE]],
    [' Recovery ', [...BOTH, ...RECOVERY, ...RECOVERY_QUEUE]],
    // health then says that the setting is wrong
    ['restore', ['http getHealth']],
  ])('with APP_ROLE=%j are these and no other', async (role, expected) => {
    expect(await registeredWith(role)).toEqual([...expected].sort());
  });
});
