import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { stateConnectionName } from '../../shared/config/storage-connections';
import { buryJob } from '../../shared/operations/bury-job';
import { jobOfTicket, POISON_QUEUE } from '../../shared/domain/ticket';

export function registerDeadTicket(): void {
  functions.storageQueue('deadTicket', {
    queueName: POISON_QUEUE,
    connection: stateConnectionName(process.env),
    handler: async (message) => {
      const jobId = jobOfTicket(message);
      if (jobId !== undefined) await buryJob(app().systems, jobId);
    },
  });
}
