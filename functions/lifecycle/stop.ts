import { app as functions } from '@azure/functions';
import { stopRunningJobs } from '../../shared/running-jobs';

/** Azure tells Node of no cancellation: on the host's end and on SIGTERM running jobs are given back. */
export function registerStop(): void {
  functions.hook.appTerminate(() => stopRunningJobs());
  process.once('SIGTERM', () => {
    void stopRunningJobs().finally(() => {
      // without another listener nothing would end the process now that SIGTERM has one
      if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
    });
  });
}
