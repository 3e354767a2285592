import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { doWhatIsDue } from '../../shared/operations/jobs/do-what-is-due';
import { tendDrills } from '../../shared/operations/drills/tend-drills';

export function registerTick(): void {
  functions.timer('tick', {
    schedule: '0 */5 * * * *',
    handler: async () => {
      const { systems, nightlyScheduledAt } = app();
      await doWhatIsDue(systems, nightlyScheduledAt, 'tick');
      await tendDrills(systems);
    },
  });
}
