import type { JSX } from 'preact';
import { hasEnded } from '../../../domain/jobs/job';
import type { Job } from '../../api/answers';
import { call } from '../../api/call';
import { type Queried, useQuery } from '../../api/use-query';
import { duration, secondsBetween } from '../../format/time';
import { Ask } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { Facts, Whole } from '../../parts/facts';
import { ProblemBox, Warnings } from '../../parts/problem-box';
import { JobProgress } from '../../parts/progress';
import { Loading } from '../../parts/loading';
import { When } from '../../parts/when';
import { addressOf } from '../../route';
import { texts } from '../../texts';
import { JobOutcome } from './job-outcome';
import { JobSteps } from './job-steps';

const RUNNING_MS = 1_000;
const { job: words } = texts;

/** A job as it is, live until it has ended. A lost connection is tried again, so the page comes back to it. */
export function useJob(jobId: string | null): Queried<Job> {
  return useQuery<Job>(jobId === null ? null : `/jobs/${encodeURIComponent(jobId)}`, {
    againAfterMs: (job) => (hasEnded(job) ? null : RUNNING_MS),
  });
}

export function ShownJob({ jobId }: { readonly jobId: string }): JSX.Element {
  return <JobView queried={useJob(jobId)} />;
}

/** The same for who asks for the job anyway. */
export function JobView({ queried }: { readonly queried: Queried<Job> }): JSX.Element {
  const { answer: job, problem, refresh } = queried;
  if (job === undefined) return problem === undefined ? <Loading /> : <ProblemBox problem={problem} />;
  return (
    <>
      <div class="headline">
        <strong>{texts.jobName(job.kind, job.database)}</strong> <Badge state={job.state} />{' '}
        {hasEnded(job) ? null : <CancelJob job={job} onDone={refresh} />}
      </div>
      {hasEnded(job) ? null : (
        <>
          <JobSteps job={job} />
          <JobProgress job={job} />
        </>
      )}
      {job.waitingFor === undefined ? null : (
        <p class="box plain">
          {words.waitingFor} <a href={addressOf(['jobs', job.waitingFor])}>{job.waitingFor}</a>
        </p>
      )}
      {job.error === undefined ? null : <ProblemBox problem={job.error} />}
      {job.result === undefined ? null : <JobOutcome job={job} result={job.result} />}
      {job.result === undefined ? null : <Warnings warnings={job.result.warnings} />}
      <JobFacts job={job} />
      <Whole title={words.whole} value={job} />
    </>
  );
}

function JobFacts({ job }: { readonly job: Job }): JSX.Element {
  const { startedAt, finishedAt } = job;
  return (
    <Facts
      facts={[
        [words.id, <code key="id">{job.jobId}</code>],
        [texts.jobs.requested, <When key="at" at={job.requestedAt} />],
        [texts.jobs.by, job.requestedBy],
        [words.started, startedAt === undefined ? null : <When key="started" at={startedAt} />],
        [words.finished, finishedAt === undefined ? null : <When key="finished" at={finishedAt} />],
        [
          texts.jobs.took,
          startedAt === undefined ? null : duration(secondsBetween(startedAt, finishedAt ?? Date.now())),
        ],
        [words.attempt, job.attempt > 1 ? String(job.attempt) : null],
      ]}
    />
  );
}

function CancelJob({ job, onDone }: { readonly job: Job; readonly onDone: () => void }): JSX.Element {
  const cancel = async (): Promise<void> => {
    await call('POST', `/jobs/${encodeURIComponent(job.jobId)}/cancel`);
    onDone();
  };
  return (
    <Ask operation="postJobCancel" label={words.stop} explains={words.stopExplains} kind="danger" onConfirm={cancel} />
  );
}
