import type { JSX } from 'preact';
import type { Check, CheckList, DrillLine, Job, Page } from '../../api/answers';
import { startJob } from '../../api/start-job';
import { useDatabases } from '../../api/use-databases';
import { useQuery } from '../../api/use-query';
import { Ask } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { JobProgress } from '../../parts/progress';
import { DatabaseChoice } from '../../parts/database-choice';
import { TextField, textOf } from '../../parts/fields';
import { ProblemBox } from '../../parts/problem-box';
import { Loading } from '../../parts/loading';
import { Ago } from '../../parts/when';
import { addressOf } from '../../route';
import { texts } from '../../texts';
import { DatabaseCard } from './database-card';
import { SelfTestButton } from './self-test';
import { failingChecks, type Verdict, verdictOf } from './verdict';

const { overview } = texts;
const CHECKS_MS = 30_000;
const JOBS_MS = 3_000;

export function OverviewPage(): JSX.Element {
  const checks = useQuery<CheckList>('/checks', { againAfterMs: CHECKS_MS, maxAgeSeconds: 1 });
  const drills = useQuery<Page<DrillLine>>('/drills', { query: { limit: 50 } });
  const databases = useDatabases();
  const verdict = verdictOf(checks.answer?.items);
  return (
    <>
      {checks.problem === undefined ? null : <ProblemBox problem={checks.problem} />}
      <VerdictLine verdict={verdict} />
      <div class="buttons">
        <TakeBackup />
        <a class="button" href={addressOf(['recover'])}>
          {overview.recover}
        </a>
        <SelfTestButton />
      </div>
      <RunningJobs />
      <FailingChecks checks={checks.answer?.items ?? []} />
      <div class="cards">
        {databases?.map((database) => (
          <DatabaseCard
            key={database}
            database={database}
            freshness={checks.answer?.items.find(
              ({ name, database: of }) => name === 'backup-freshness' && of === database,
            )}
            limitHours={checks.answer?.freshnessMaxHours}
            drill={drills.answer?.items.find((drill) => drill.database === database)}
          />
        )) ?? <Loading />}
      </div>
    </>
  );
}

function VerdictLine({ verdict }: { readonly verdict: Verdict | undefined }): JSX.Element {
  if (verdict === undefined) return <p class="verdict plain">{overview.looking}</p>;
  if (verdict.level === 'safe') {
    return (
      <p class="verdict good" role="status">
        <span aria-hidden="true">✓ </span>
        {overview.safe}
      </p>
    );
  }
  const { worst, others } = verdict;
  return (
    <p class={`verdict ${verdict.level === 'danger' ? 'bad' : 'warn'}`} role="status">
      <span aria-hidden="true">{verdict.level === 'danger' ? '✕ ' : '! '}</span>
      {overview.wrong(worst.name, worst.database, worst.detail ?? '')} <span class="next">{worst.hint}</span>
      {others === 0 ? null : ` ${overview.others(others)}`}
    </p>
  );
}

function FailingChecks({ checks }: { readonly checks: readonly Check[] }): JSX.Element | null {
  const failing = failingChecks(checks);
  if (failing.length === 0) return null;
  return (
    <section>
      <h2>{overview.failing}</h2>
      <ul class="checks">
        {failing.map(({ name, database, severity, since, detail, hint }) => (
          <li key={`${name} ${database ?? ''}`}>
            <Badge state={severity} /> <strong>{name}</strong> {database}{' '}
            <span class="muted">
              <Ago at={since} />
            </span>
            <p>{detail}</p>
            <p class="muted">{hint}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Both states: the API filters by one. */
function RunningJobs(): JSX.Element | null {
  const running = useQuery<Page<Job>>('/jobs', { query: { state: 'running' }, againAfterMs: JOBS_MS });
  const queued = useQuery<Page<Job>>('/jobs', { query: { state: 'queued' }, againAfterMs: JOBS_MS });
  const jobs = [...(running.answer?.items ?? []), ...(queued.answer?.items ?? [])];
  return (
    <section>
      <h2>{overview.jobs}</h2>
      {jobs.length === 0 ? <p class="muted">{overview.noJobs}</p> : null}
      <ul class="running">
        {jobs.map((job) => (
          <li key={job.jobId}>
            <a href={addressOf(['jobs', job.jobId])}>{texts.jobName(job.kind, job.database)}</a>{' '}
            <Badge state={job.state} />
            <JobProgress job={job} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TakeBackup(): JSX.Element {
  const take = async (form: FormData): Promise<void> => {
    const [reason, database] = [textOf(form, 'reason'), textOf(form, 'database')];
    await startJob('/backups', {
      kind: 'manual',
      ...(database === '' ? {} : { database }),
      ...(reason === '' ? {} : { reason }),
    });
  };
  return (
    <Ask operation="postBackup" label={overview.takeBackup} explains={overview.takeBackupExplains} onConfirm={take}>
      <DatabaseChoice name="database" />
      <TextField label={overview.reason} name="reason" maxLength={500} />
    </Ask>
  );
}
