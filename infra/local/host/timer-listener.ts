import { setTimeout as sleep } from 'node:timers/promises';
import type { RpcTypedData } from './core-types';
import type { HostedFunction, Trigger } from './function-catalog';
import type { InvokeFunction } from './invoke-function';
import { messageOf, type WriteLog } from './log';
import type { TimerStatus, TimerStatusStore } from './timer-status';

export type TimerFunction = HostedFunction<Trigger & { kind: 'timer' }>;

interface Needs {
  readonly invoke: InvokeFunction;
  readonly log: WriteLog;
  readonly signal: AbortSignal;
  /** Undefined: no AzureWebJobsStorage, so monitored timers do not start. */
  readonly statusStore: TimerStatusStore | undefined;
}

const LONGEST_SLEEP_MS = 2 ** 31 - 1;
const MONITORED_FROM_MS = 60_000;

/**
 * Fires one timer function by its schedule until `signal`. A run never overlaps with the next: one that becomes due
 * meanwhile fires right after, once. Unlike the real host it takes no lock: every local host fires its own timers.
 */
export async function runTimer(needs: Needs, timer: TimerFunction): Promise<void> {
  try {
    if (isMonitored(timer) && needs.statusStore === undefined) {
      throw new Error('it needs the setting AzureWebJobsStorage');
    }
    await fireBySchedule(needs, timer, isMonitored(timer) ? needs.statusStore : undefined);
  } catch (error) {
    if (needs.signal.aborted) return;
    needs.log('error', `Functions.${timer.name}`, `the listener for this timer did not start: ${messageOf(error)}`);
  }
}

/** Schedules under a minute are not monitored. */
function isMonitored({ trigger }: TimerFunction): boolean {
  const first = trigger.schedule.next(new Date());
  return trigger.useMonitor && trigger.schedule.next(first).getTime() - first.getTime() >= MONITORED_FROM_MS;
}

async function fireBySchedule(needs: Needs, timer: TimerFunction, store: TimerStatusStore | undefined): Promise<void> {
  const { schedule, runOnStartup } = timer.trigger;
  let status = await store?.read(timer.name);
  const missed = status === undefined ? undefined : missedRun(timer, status, new Date());
  let due = schedule.next(new Date());
  if (missed !== undefined || runOnStartup) {
    const ranAt = new Date();
    await fire(needs, timer, { isPastDue: missed !== undefined, status });
    due = schedule.next(ranAt);
    status = await remember(store, timer.name, ranAt, due);
  } else if (status === undefined) {
    status = await remember(store, timer.name, undefined, due);
  }
  for (;;) {
    await sleepUntil(due, needs.signal);
    const ranAt = due;
    await fire(needs, timer, { isPastDue: false, status });
    due = nextDue(schedule.next(ranAt), new Date(), schedule.next.bind(schedule));
    status = await remember(store, timer.name, ranAt, due);
  }
}

/** When `next` has passed during the run, it is made up for at once; what was due in between is not repeated. */
function nextDue(next: Date, now: Date, after: (date: Date) => Date): Date {
  if (next > now) return next;
  let latest = next;
  for (let later = after(latest); later <= now; later = after(latest)) latest = later;
  return latest;
}

/** The run that was due while no host ran; a changed schedule is counted from when the status was written. */
function missedRun({ trigger }: TimerFunction, status: TimerStatus, now: Date): Date | undefined {
  const asPlanned = trigger.schedule.next(status.last ?? status.lastUpdated);
  const due = asPlanned.getTime() === status.next.getTime() ? status.next : trigger.schedule.next(status.lastUpdated);
  return due < now ? due : undefined;
}

async function remember(
  store: TimerStatusStore | undefined,
  functionName: string,
  last: Date | undefined,
  next: Date,
): Promise<TimerStatus | undefined> {
  if (store === undefined) return undefined;
  const status = { last, next, lastUpdated: new Date() };
  await store.write(functionName, status);
  return status;
}

async function fire(
  { invoke, log }: Needs,
  timer: TimerFunction,
  { isPastDue, status }: { isPastDue: boolean; status: TimerStatus | undefined },
): Promise<void> {
  if (isPastDue) log('information', `Functions.${timer.name}`, 'the run that was missed is made up for');
  const reason = `Timer fired at ${new Date().toISOString()}`;
  await invoke(timer, { data: timerData(isPastDue, status), reason }).catch(() => undefined); // logged there
}

/** What a timer function gets. An unmonitored one has no `scheduleStatus`. */
export function timerData(isPastDue: boolean, status: TimerStatus | undefined): RpcTypedData {
  const scheduleStatus =
    status === undefined
      ? null
      : {
          Last: status.last?.toISOString() ?? '0001-01-01T00:00:00',
          Next: status.next.toISOString(),
          LastUpdated: status.lastUpdated.toISOString(),
        };
  return {
    json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: scheduleStatus, IsPastDue: isPastDue }),
  };
}

async function sleepUntil(date: Date, signal: AbortSignal): Promise<void> {
  for (let leftMs = date.getTime() - Date.now(); leftMs > 0; leftMs = date.getTime() - Date.now()) {
    await sleep(Math.min(leftMs, LONGEST_SLEEP_MS), undefined, { signal });
  }
  signal.throwIfAborted();
}
