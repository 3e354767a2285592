import { app as functions } from '@azure/functions';
import { stateConnectionName } from '../../shared/config/storage-connections';
import { runTicket } from '../../shared/running-jobs';
import { BACKUP_QUEUE, jobOfTicket } from '../../shared/domain/ticket';

export function registerRunJob(): void {
  functions.storageQueue('runJob', {
    queueName: BACKUP_QUEUE,
    connection: stateConnectionName(process.env),
    handler: async (message, context) => {
      const jobId = jobOfTicket(message);
      if (jobId === undefined) return context.warn('a message that is no ticket was dropped');
      const outcome = await runTicket(jobId);
      context.log(`ticket of ${jobId}: ${outcome}`);
    },
  });
}
