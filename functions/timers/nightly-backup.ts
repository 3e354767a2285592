import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { startNightlyBackups } from '../../shared/operations/backup/start-nightly-backups';

/** Only enqueues: the host may fire a timer twice (failures-to-beat 13). */
export function registerNightlyBackup(): void {
  functions.timer('nightlyBackup', {
    schedule: process.env['NIGHTLY_SCHEDULE']?.trim() ? '%NIGHTLY_SCHEDULE%' : '0 0 2 * * *',
    handler: async (timer) => {
      const { systems, nightlyScheduledAt } = app();
      await startNightlyBackups(systems, nightlyScheduledAt(), { mayRepeat: !timer.isPastDue });
    },
  });
}
