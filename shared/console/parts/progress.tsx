import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Job } from '../api/answers';
import { size } from '../format/size';
import { duration } from '../format/time';
import { texts } from '../texts';

type Progress = Job['progress'];

/** How far a running job is: percent, bytes, and the time left as its rate of now says. */
export function JobProgress({ job }: { readonly job: Job }): JSX.Element {
  const { progress } = job;
  const left = useTimeLeft(progress);
  const percent = percentOf(progress);
  const name = texts.progressOf(job.kind, texts.phases[progress.phase] ?? progress.phase);
  return (
    <div class="progress">
      <progress aria-label={name} max={100} {...(percent === undefined ? {} : { value: percent })} />
      <p role="status">
        {texts.phases[progress.phase] ?? progress.phase}
        {progress.doneBytes === undefined ? null : ` · ${bytesOf(progress)}`}
        {percent === undefined ? null : ` · ${Math.floor(percent)} %`}
        {left === undefined ? null : ` · ${texts.timeLeft(duration(left))}`}
        {progress.message === undefined ? null : ` · ${progress.message}`}
      </p>
    </div>
  );
}

function percentOf({ percent, doneBytes, totalBytes }: Progress): number | undefined {
  if (percent !== undefined) return percent;
  if (doneBytes === undefined || totalBytes === undefined || totalBytes === 0) return undefined;
  return Math.min(100, (doneBytes / totalBytes) * 100);
}

const bytesOf = ({ doneBytes = 0, totalBytes }: Progress): string =>
  totalBytes === undefined ? size(doneBytes) : texts.of(size(doneBytes), size(totalBytes));

/** From the first progress of this phase that the page saw. */
function useTimeLeft({ phase, doneBytes, totalBytes }: Progress): number | undefined {
  const first = useRef<{ phase: string; doneBytes: number; atMs: number }>(undefined);
  if (doneBytes === undefined) return undefined;
  if (first.current?.phase !== phase) first.current = { phase, doneBytes, atMs: performance.now() };
  const rate = (doneBytes - first.current.doneBytes) / (performance.now() - first.current.atMs);
  if (totalBytes === undefined || !(rate > 0) || doneBytes >= totalBytes) return undefined;
  return (totalBytes - doneBytes) / rate / 1000;
}
