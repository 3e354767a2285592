import { app as functions } from '@azure/functions';
import { stateConnectionName } from '../../shared/config/storage-connections';
import { runTicket } from '../../shared/running-jobs';
import { type AppRole, ticketQueue } from '../../shared/domain/access/app-role';
import { jobOfTicket } from '../../shared/domain/jobs/ticket';

export function registerRunJob(role: AppRole): void {
  functions.storageQueue('runJob', {
    queueName: ticketQueue(role),
    connection: stateConnectionName(process.env),
    handler: async (message, context) => {
      const jobId = jobOfTicket(message);
      if (jobId === undefined) return context.warn('a message that is no ticket was dropped');
      const outcome = await runTicket(jobId);
      context.log(`ticket of ${jobId}: ${outcome}`);
    },
  });
}
