import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { stateConnectionName } from '../../shared/config/storage-connections';
import { buryJob } from '../../shared/operations/jobs/bury-job';
import { type AppRole, poisonQueue } from '../../shared/domain/access/app-role';
import { jobOfTicket } from '../../shared/domain/jobs/ticket';

export function registerDeadTicket(role: AppRole): void {
  functions.storageQueue('deadTicket', {
    queueName: poisonQueue(role),
    connection: stateConnectionName(process.env),
    handler: async (message) => {
      const jobId = jobOfTicket(message);
      if (jobId !== undefined) await buryJob(app().systems, jobId);
    },
  });
}
