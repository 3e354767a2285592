import type { JSX } from 'preact';
import type { Drill } from '../../api/answers';
import { useQuery } from '../../api/use-query';
import { count } from '../../format/size';
import { duration } from '../../format/time';
import { Badge } from '../../parts/badge';
import { Facts, Whole } from '../../parts/facts';
import { ProblemBox, Warnings } from '../../parts/problem-box';
import { Loading } from '../../parts/loading';
import { When } from '../../parts/when';
import { addressOf } from '../../route';
import { texts } from '../../texts';
import type { PageProps } from '../pages';

const { drill: words, drills } = texts;

/** The evidence of a drill, for who has to believe it. */
export function DrillPage({ params: [id = ''] }: PageProps): JSX.Element {
  const { answer, problem } = useQuery<Drill>(`/drills/${encodeURIComponent(id)}`);
  if (answer === undefined) return problem === undefined ? <Loading /> : <ProblemBox problem={problem} />;
  const { verdict, failure, checks, phases } = answer;
  return (
    <>
      <div class="headline">
        <strong>{answer.database}</strong> <Badge state={verdict} />
      </div>
      {failure === null ? null : (
        <p class="box bad">
          {failure.detail} <code>{failure.code}</code>
        </p>
      )}
      <Warnings warnings={answer.warnings} />
      <DrillFacts drill={answer} />
      <h2>{words.phases}</h2>
      <ol>
        {phases.map(({ phase, seconds }) => (
          <li key={phase}>
            {texts.phases[phase] ?? phase}: {duration(seconds)}
          </li>
        ))}
      </ol>
      <h2>{words.checks}</h2>
      {checks.length === 0 ? <p class="muted">{words.noChecks}</p> : null}
      <ul>
        {checks.map(({ name, state, detail }) => (
          <li key={name}>
            <Badge state={state} /> {name}: {detail}
          </li>
        ))}
      </ul>
      <Whole title={words.whole} value={answer} />
    </>
  );
}

function DrillFacts({ drill }: { readonly drill: Drill }): JSX.Element {
  const { backup, compared, moment, server, recoverySeconds, recoveryPointSeconds } = drill;
  return (
    <Facts
      facts={[
        [drills.kind, drills.kinds[drill.kind]],
        [words.began, <When key="began" at={drill.startedAt} />],
        [texts.jobs.by, drill.requestedBy],
        [drills.recovered, recoverySeconds === null ? null : duration(recoverySeconds)],
        [drills.loss, recoveryPointSeconds === null ? null : duration(recoveryPointSeconds)],
        [
          texts.backups.backup,
          backup === null ? null : (
            <a key="backup" href={addressOf(['backups', backup.backupId])}>
              {backup.backupId}
            </a>
          ),
        ],
        [words.moment, moment === null ? null : <When key="moment" at={moment.pointInTime} />],
        [words.temporaryServer, drill.temporaryServer],
        [words.restoredTo, server === null ? null : `${server.host} · PostgreSQL ${server.version}`],
        [
          words.compared,
          compared === null
            ? null
            : words.comparedCounts(count(compared.tables), count(compared.rows), count(compared.checksums)),
        ],
      ]}
    />
  );
}
