import type { QueueClient } from '@azure/storage-queue';
import { writeTicket } from '../../domain/jobs/ticket';
import { statusOf, storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { JobQueue } from './job-queue';

/** Tickets in Azure Queue Storage. The queue is made when a send finds it missing, as the Functions host does. */
export class AzureJobQueue implements JobQueue {
  constructor(
    private readonly open: () => Promise<QueueClient>,
    private readonly openDead: () => Promise<QueueClient>,
    private readonly patience: StoragePatience,
  ) {}

  async announce(jobId: string, delaySeconds: number): Promise<void> {
    const queue = await this.open();
    const send = (): Promise<unknown> =>
      storageCall('sending a ticket', this.patience, (abortSignal) =>
        queue.sendMessage(writeTicket(jobId), { visibilityTimeout: delaySeconds, abortSignal }),
      );
    try {
      await send();
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      await storageCall('creating the queue', this.patience, (abortSignal) => queue.createIfNotExists({ abortSignal }));
      await send();
    }
  }

  async countDead(): Promise<number> {
    const queue = await this.openDead();
    try {
      const found = await storageCall('looking at the poison queue', this.patience, (abortSignal) =>
        queue.getProperties({ abortSignal }),
      );
      return found.approximateMessagesCount ?? 0;
    } catch (error) {
      if (statusOf(error) === 404) return 0;
      throw error;
    }
  }
}
