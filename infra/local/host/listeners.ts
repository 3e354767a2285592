import { isQueue, isTimer } from './function-catalog';
import { messageOf, type WriteLog } from './log';
import { runQueueListener } from './queue-listener';
import type { RunningWork } from './running-work';
import { findConnectionString } from './setting-names';
import type { App } from './start-app';
import { runTimer } from './timer-listener';
import { openTimerStatusStore, type TimerStatusStore } from './timer-status';

interface Needs {
  readonly log: WriteLog;
  readonly signal: AbortSignal;
  readonly timers: boolean;
  readonly queueLockMs: number;
  readonly running: RunningWork;
}

/** Starts what fires functions by itself, until `signal`. Never throws: what cannot start says so in the log. */
export function startListeners(
  { log, signal, timers, queueLockMs, running }: Needs,
  { catalog, invoke, config }: App,
): void {
  for (const hosted of catalog.functions.filter(isQueue)) {
    const connectionString = findConnectionString(hosted.trigger.connection, process.env);
    const needs = { invoke, log, config: config.queues, lockMs: queueLockMs, signal, connectionString, running };
    void runQueueListener(needs, hosted);
  }
  const timerFunctions = catalog.functions.filter(isTimer);
  if (!timers || timerFunctions.length === 0) return;
  void openStatusStore(log).then((statusStore) => {
    for (const timer of timerFunctions) void runTimer({ invoke, log, signal, statusStore }, timer);
  });
}

async function openStatusStore(log: WriteLog): Promise<TimerStatusStore | undefined> {
  const connectionString = findConnectionString('AzureWebJobsStorage', process.env);
  if (connectionString === undefined) return undefined;
  try {
    return await openTimerStatusStore(connectionString);
  } catch (error) {
    log('error', 'Host.Timers', `AzureWebJobsStorage cannot be used: ${messageOf(error)}`);
    return undefined;
  }
}
