import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicJob } from '../../../shared/domain/job';
import type { Api } from './api';
import { bar, showBytes, showSeconds, type Terminal } from './terminal';

const POLL_MS = 300;
const PATIENCE_MS = 10 * 60_000;

/** Shows a job until it has ended, and when each phase was first seen. */
export async function followJob(api: Api, jobId: string, terminal: Terminal, signal: AbortSignal): Promise<PublicJob> {
  const begun = performance.now();
  let phase = '';
  let phaseBegun = begun;
  for (;;) {
    signal.throwIfAborted();
    const job = await api.job(jobId);
    if (job.progress.phase !== phase) {
      phase = job.progress.phase;
      phaseBegun = performance.now();
    }
    if (job.finishedAt !== undefined) return job;
    terminal.status(line(job, performance.now() - phaseBegun));
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`the job ${jobId} has not ended after 10 minutes`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

function line(job: PublicJob, phaseMs: number): string {
  const { phase, doneBytes, totalBytes } = job.progress;
  const share = doneBytes === undefined || totalBytes === undefined ? undefined : doneBytes / totalBytes;
  const rate = doneBytes === undefined || phaseMs < 500 ? '' : `${showBytes(doneBytes / (phaseMs / 1000))}/s`;
  const bytes = doneBytes === undefined ? '' : showBytes(doneBytes);
  return `  ${phase.padEnd(8)} ${bar(share)} ${bytes.padStart(9)} ${rate.padStart(11)}  ${showSeconds(phaseMs)}`;
}

/** The nightly job once it is there: the timer function enqueues and returns. */
export async function findNightlyJob(api: Api, signal: AbortSignal): Promise<PublicJob> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const job = (await api.jobs()).items.find(({ requestedBy }) => requestedBy === 'timer:nightlyBackup');
    if (job !== undefined) return job;
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new Error('the nightly function made no job within 30 s');
}
