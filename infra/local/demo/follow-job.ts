import { setTimeout as sleep } from 'node:timers/promises';
import type { JobProgress, PublicJob } from '../../../shared/domain/jobs/job';
import type { Api } from './api';
import { bar } from '../../../shared/client/text';
import { showBytes, showRate, showSeconds, type Terminal } from './terminal';

const POLL_MS = 200;
const PATIENCE_MS = 30 * 60_000;

interface Phase {
  readonly name: string;
  readonly begunAt: number;
}

/** Shows a job with bytes, rate and phase until it has ended; each phase that is done stays as a line. */
export async function followJob(api: Api, jobId: string, terminal: Terminal, signal: AbortSignal): Promise<PublicJob> {
  const begunAt = performance.now();
  const finished: { name: string; tookMs: number }[] = [];
  let phase: Phase | undefined;
  for (;;) {
    signal.throwIfAborted();
    const job = await api.job(jobId);
    const now = performance.now();
    const name = job.finishedAt === undefined ? job.progress.phase : undefined;
    if (name !== phase?.name) {
      if (phase !== undefined && phase.name !== 'queued')
        finished.push({ name: phase.name, tookMs: now - phase.begunAt });
      phase = name === undefined ? undefined : { name, begunAt: now };
    }
    if (phase === undefined) {
      for (const { name: done, tookMs } of finished) terminal.line(finishedLine(done, tookMs, job));
      return job;
    }
    terminal.status(runningLine(job.progress, now - phase.begunAt), phase.name);
    if (now - begunAt > PATIENCE_MS) throw new Error(`the job ${jobId} has not ended after 30 minutes`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

function runningLine({ phase, doneBytes, totalBytes }: JobProgress, phaseMs: number): string {
  const share = doneBytes === undefined || totalBytes === undefined ? undefined : doneBytes / totalBytes;
  const bytes = doneBytes === undefined ? '' : showBytes(doneBytes);
  const rate = doneBytes === undefined || phaseMs < 500 ? '' : showRate(doneBytes, phaseMs);
  return `  ${phase.padEnd(10)} ${bar(share, phaseMs)} ${bytes.padStart(9)} ${rate.padStart(11)}  ${showSeconds(phaseMs)}`;
}

/** Dump and verification go over every byte of the dump; a job that failed has no size. */
function finishedLine(phase: string, tookMs: number, job: PublicJob): string {
  const sizeBytes = job.result?.['sizeBytes'];
  const isOverAllBytes = typeof sizeBytes === 'number' && (phase === 'dump' || phase === 'verify');
  const bytes = isOverAllBytes
    ? `${showBytes(sizeBytes).padStart(9)} ${showRate(sizeBytes, tookMs).padStart(11)}`
    : ' '.repeat(21);
  return `  ${phase.padEnd(10)} ${bytes}  ${showSeconds(tookMs)}`;
}

/** The nightly job once it is there: the timer function enqueues and returns. */
export async function findNightlyJob(api: Api, signal: AbortSignal): Promise<PublicJob> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const job = (await api.jobs()).items.find(({ requestedBy }) => requestedBy === 'timer:nightlyBackup');
    if (job !== undefined) return job;
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new Error('the nightly function made no job within 30 s');
}
