import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { messageOf, type WriteLog } from './log';

/** A message that we hold: others do not see it as long as it is renewed. */
export interface MessageLock {
  /** Done with it: deletes it. */
  complete(): Promise<void>;
  /** Not done: others see it again after `restMs`. */
  release(restMs: number): Promise<void>;
}

/**
 * Renews a message's invisibility at half of `lockMs` while its function runs. When this process dies, the message comes
 * back within `lockMs` with a higher dequeue count.
 */
export function holdMessage(
  queue: QueueClient,
  message: DequeuedMessageItem,
  lockMs: number,
  log: WriteLog,
): MessageLock {
  let popReceipt = message.popReceipt;
  let last: Promise<void> = Promise.resolve();
  const setVisibility = async (timeoutMs: number): Promise<void> => {
    const timeoutSeconds = Math.ceil(timeoutMs / 1000);
    const answer = await queue.updateMessage(message.messageId, popReceipt, message.messageText, timeoutSeconds);
    popReceipt = answer.popReceipt ?? popReceipt;
  };
  const timer = setInterval(() => {
    last = last
      .then(() => setVisibility(lockMs))
      .catch((error: unknown) =>
        log('warning', `Host.Queue.${queue.name}`, `a message's lock was not renewed: ${messageOf(error)}`),
      );
  }, lockMs / 2);
  const stopRenewing = async (): Promise<void> => {
    clearInterval(timer);
    await last; // a renewal under way changes the receipt that comes next
  };
  return {
    async complete() {
      await stopRenewing();
      await queue.deleteMessage(message.messageId, popReceipt);
    },
    async release(restMs) {
      await stopRenewing();
      await setVisibility(restMs);
    },
  };
}
