import type { JSX } from 'preact';
import { Copyable } from '../../parts/facts';
import { texts } from '../../texts';
import type { PageProps } from '../pages';
import { ShownJob } from './job-view';

/** One job, also after a reload: its address is all that is needed to come back to it. */
export function JobPage({ params: [jobId = ''] }: PageProps): JSX.Element {
  return (
    <>
      <ShownJob jobId={jobId} />
      <h2>{texts.byHand}</h2>
      <Copyable label={texts.job.runByHand} text={`npm run job -- ${jobId}`} />
    </>
  );
}
