import { setTimeout as sleep } from 'node:timers/promises';
import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { HostedFunction, Trigger } from './function-catalog';
import type { QueueConfig } from './host-config';
import type { InvokeFunction } from './invoke-function';
import { messageOf, type WriteLog } from './log';
import { holdMessage, type MessageLock } from './message-lock';
import { decodeMessage, messageMetadata } from './queue-message';
import { RunningWork } from './running-work';

export type QueueFunction = HostedFunction<Trigger & { kind: 'queue' }>;

interface Needs {
  readonly invoke: InvokeFunction;
  readonly log: WriteLog;
  readonly config: QueueConfig;
  /** How long a message stays invisible without a renewal; 10 minutes in the real host. */
  readonly lockMs: number;
  readonly signal: AbortSignal;
  readonly connectionString: string | undefined;
  /** What the host waits for when it stops: not only the function, its message has to be settled, too. */
  readonly running: RunningWork;
}

const SHORTEST_POLL_MS = 100;
const POISON_SUFFIX = '-poison';

/** Pumps one queue into its function until `signal`; what runs then is finished by itself. */
export async function runQueueListener(needs: Needs, hosted: QueueFunction): Promise<void> {
  const { queueName, connection } = hosted.trigger;
  if (needs.connectionString === undefined) {
    return needs.log(
      'error',
      `Functions.${hosted.name}`,
      `the listener for this queue did not start: there is no setting '${connection}'`,
    );
  }
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const service = QueueServiceClient.fromConnectionString(needs.connectionString);
  const queues = {
    main: service.getQueueClient(queueName),
    // what fails in a poison queue has no further one to go to
    poison: queueName.endsWith(POISON_SUFFIX) ? undefined : service.getQueueClient(`${queueName}${POISON_SUFFIX}`),
  };
  await pump(needs, hosted, queues).catch((error: unknown) => {
    if (!needs.signal.aborted)
      needs.log('error', `Functions.${hosted.name}`, `the queue listener ended: ${messageOf(error)}`);
  });
}

interface Queues {
  readonly main: QueueClient;
  readonly poison: QueueClient | undefined;
}

async function pump(needs: Needs, hosted: QueueFunction, queues: Queues): Promise<void> {
  const running = new RunningWork();
  let pauseMs = SHORTEST_POLL_MS;
  while (!needs.signal.aborted) {
    const messages =
      running.count > needs.config.newBatchThreshold ? [] : await needs.running.track(receive(needs, queues.main));
    for (const message of messages) {
      const work = processMessage(needs, hosted, queues, message).catch((error: unknown) =>
        logLost(needs, queues.main, error),
      );
      void needs.running.track(running.track(work));
    }
    if (messages.length > 0) pauseMs = SHORTEST_POLL_MS;
    // while its own work runs it looks often, as there may be more; when idle, less and less
    await sleep(running.count > 0 ? SHORTEST_POLL_MS : pauseMs, undefined, { signal: needs.signal });
    if (running.count === 0) pauseMs = Math.min(pauseMs * 1.5, needs.config.maxPollingIntervalMs);
  }
}

/** A queue that is not there (yet), or a store that does not answer, has no messages. */
async function receive({ config, lockMs, log }: Needs, queue: QueueClient): Promise<readonly DequeuedMessageItem[]> {
  try {
    const options = {
      numberOfMessages: config.batchSize,
      visibilityTimeout: Math.ceil(lockMs / 1000),
    };
    return (await queue.receiveMessages(options)).receivedMessageItems;
  } catch (error) {
    const isMissing = error instanceof Error && 'statusCode' in error && error.statusCode === 404;
    if (!isMissing) log('warning', `Host.Queue.${queue.name}`, `could not be read: ${messageOf(error)}`);
    return [];
  }
}

async function processMessage(
  needs: Needs,
  hosted: QueueFunction,
  queues: Queues,
  message: DequeuedMessageItem,
): Promise<void> {
  const { config, log, invoke, lockMs, signal } = needs;
  const lock = holdMessage(queues.main, message, lockMs, log);
  if (signal.aborted) return await lock.release(0); // it came while the host was told to stop
  const text = decodeMessage(message.messageText, config.messageEncoding);
  // counted when the process died each time, and so never came to the judgement below
  const wasGivenUp = message.dequeueCount > config.maxDequeueCount;
  if (text === undefined || wasGivenUp) {
    const why = text === undefined ? `is not ${config.messageEncoding}` : `was taken ${message.dequeueCount} times`;
    log('error', `Functions.${hosted.name}`, `message ${message.messageId} ${why}: it goes to the poison queue`);
    return await discard(queues, message, lock);
  }
  try {
    const reason = `New queue message detected on '${queues.main.name}'.`;
    await invoke(hosted, { data: { string: text }, triggerMetadata: messageMetadata(message, text), reason });
  } catch {
    if (message.dequeueCount >= config.maxDequeueCount && queues.poison !== undefined)
      return await discard(queues, message, lock);
    return await lock.release(config.visibilityTimeoutMs);
  }
  await lock.complete();
}

async function discard({ poison }: Queues, message: DequeuedMessageItem, lock: MessageLock): Promise<void> {
  if (poison !== undefined) {
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
  }
  await lock.complete();
}

function logLost({ log }: Needs, queue: QueueClient, error: unknown): void {
  log('error', `Host.Queue.${queue.name}`, `a message could not be settled and will come back: ${messageOf(error)}`);
}
