import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicJob } from '../domain/jobs/job';
import type { Api } from './api';
import { ClientError } from './exits';
import type { Screen } from './screen';
import { bar, outline, showBytes, showSeconds } from './text';

export interface WaitOptions {
  /** Infinity: until the job has ended. */
  readonly timeoutMs: number;
}

/** On a screen that redraws, the bar moves each second; elsewhere the app itself waits, and a new phase is a new line. */
const LOOK_EVERY_MS = 1_000;
const ASK_SECONDS = 20;
/** An app that restarts is away for a while; its job is not lost by that. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Shows a job until it has ended, well or badly.
 *
 * @throws ClientError `timed-out`, with the job going on; `unreachable` after five minutes without an answer
 */
export async function waitForJob(
  api: Api,
  jobId: string,
  screen: Screen,
  { timeoutMs }: WaitOptions,
): Promise<PublicJob> {
  const begunAt = performance.now();
  const phase = { name: '', since: begunAt };
  for (;;) {
    const leftMs = timeoutMs - (performance.now() - begunAt);
    const waitSeconds = screen.redraws ? 0 : Math.max(0, Math.min(ASK_SECONDS, Math.ceil(leftMs / 1000)));
    const job = await askPatiently(api, jobId, waitSeconds, screen);
    if (job.finishedAt !== undefined) return job;
    showProgress(job, phase, screen);
    if (performance.now() - begunAt >= timeoutMs) {
      throw new ClientError(
        ...(['timed-out', 'timed-out', `${jobId} has not ended: it is ${job.state}, ${job.progress.phase}`] as const),
        `the job goes on; wait again: lifebook-backup wait ${jobId}`,
      );
    }
    if (screen.redraws) await sleep(Math.min(LOOK_EVERY_MS, Math.max(0, leftMs)));
  }
}

async function askPatiently(api: Api, jobId: string, waitSeconds: number, screen: Screen): Promise<PublicJob> {
  const path = `jobs/${encodeURIComponent(jobId)}`;
  const begunAt = performance.now();
  for (;;) {
    try {
      return (await api.call({ method: 'GET', path, query: { wait: String(waitSeconds) } })).body as PublicJob;
    } catch (error) {
      const isPassing = error instanceof ClientError && error.exit === 'unreachable';
      if (!isPassing || performance.now() - begunAt > PATIENCE_MS) throw error;
      screen.note(`no answer (${error.detail}); asking again`);
      await sleep(5_000);
    }
  }
}

function showProgress(job: PublicJob, phase: { name: string; since: number }, screen: Screen): void {
  const name = job.waitingFor === undefined ? job.progress.phase : `waiting for ${job.waitingFor}`;
  const isNew = name !== phase.name;
  if (isNew) Object.assign(phase, { name, since: performance.now() });
  const { doneBytes, totalBytes, message = '' } = job.progress;
  if (screen.redraws) {
    const elapsedMs = performance.now() - phase.since;
    const share = doneBytes === undefined || !totalBytes ? undefined : doneBytes / totalBytes;
    const bytes = doneBytes === undefined ? '' : showBytes(doneBytes);
    screen.status(
      `${name.padEnd(10)} ${bar(share, elapsedMs)} ${bytes.padStart(9)}  ${showSeconds(Math.round(elapsedMs / 1000))} ${message}`,
    );
  } else if (isNew) screen.note(`${job.jobId}: ${job.state}, ${name}`);
}

/** How a job ended, as lines. */
export function endOf(job: PublicJob): string[] {
  const tookSeconds = (Date.parse(job.finishedAt ?? '') - Date.parse(job.startedAt ?? job.requestedAt)) / 1000;
  const head = `${job.kind} ${job.state} after ${showSeconds(tookSeconds)} (${job.jobId})`;
  if (job.error !== undefined) return [head, `${job.error.code}: ${job.error.detail}`, `HINT: ${job.error.hint}`];
  return [head, ...outline(job.result ?? {}, '  ')];
}
