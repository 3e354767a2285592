import type { JSX } from 'preact';
import { JOB_KINDS, JOB_STATES } from '../../../domain/jobs/job';
import type { Job } from '../../api/answers';
import { useDatabases } from '../../api/use-databases';
import { useList } from '../../api/use-list';
import { duration, secondsBetween } from '../../format/time';
import { Badge } from '../../parts/badge';
import { Filters } from '../../parts/filters';
import { Listed } from '../../parts/listed';
import type { Column } from '../../parts/table';
import { When } from '../../parts/when';
import { addressOf, place } from '../../route';
import { texts } from '../../texts';

const { jobs } = texts;

const tookOf = ({ startedAt, finishedAt }: Job): number | undefined =>
  startedAt === undefined ? undefined : secondsBetween(startedAt, finishedAt ?? Date.now());

const COLUMNS: readonly Column<Job>[] = [
  {
    title: jobs.job,
    cell: ({ jobId, kind, database }) => <a href={addressOf(['jobs', jobId])}>{texts.jobName(kind, database)}</a>,
    sortBy: ({ kind, database }) => texts.jobName(kind, database),
  },
  { title: texts.state, cell: ({ state }) => <Badge state={state} />, sortBy: ({ state }) => state },
  {
    title: jobs.requested,
    cell: ({ requestedAt }) => <When at={requestedAt} />,
    sortBy: ({ requestedAt }) => requestedAt,
  },
  { title: jobs.by, cell: ({ requestedBy }) => requestedBy, sortBy: ({ requestedBy }) => requestedBy, isWide: true },
  {
    title: jobs.took,
    cell: (job) => {
      const seconds = tookOf(job);
      return seconds === undefined ? texts.none : duration(seconds);
    },
    sortBy: (job) => tookOf(job) ?? -1,
    isNumber: true,
    isWide: true,
  },
  { title: jobs.error, cell: ({ error }) => error?.detail, sortBy: ({ error }) => error?.detail ?? '', isWide: true },
];

export function JobsPage(): JSX.Element {
  const { database, kind, state } = place.value.query;
  const list = useList<Job>('/jobs', { database, kind, state });
  return (
    <>
      <Filters
        choices={[
          { name: 'database', label: texts.database, options: useDatabases() ?? [] },
          { name: 'kind', label: texts.kind, options: JOB_KINDS },
          { name: 'state', label: texts.state, options: JOB_STATES },
        ]}
      />
      <Listed
        caption={texts.section.jobs}
        columns={COLUMNS}
        list={list}
        keyOf={({ jobId }) => jobId}
        empty={jobs.empty}
      />
    </>
  );
}
