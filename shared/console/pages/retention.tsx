import type { JSX } from 'preact';
import type { RetentionPlan } from '../api/answers';
import { useQuery } from '../api/use-query';
import { Badge } from '../parts/badge';
import { Choice } from '../parts/fields';
import { Facts } from '../parts/facts';
import { ProblemBox } from '../parts/problem-box';
import { Loading } from '../parts/loading';
import { type Column, Table } from '../parts/table';
import { When } from '../parts/when';
import { addressOf, changeQuery, place } from '../route';
import { texts } from '../texts';

const { retention: words } = texts;
type Item = RetentionPlan['items'][number];

const COLUMNS: readonly Column<Item>[] = [
  {
    title: texts.backups.backup,
    cell: ({ backupId }) => <a href={addressOf(['backups', backupId])}>{backupId}</a>,
    sortBy: ({ backupId }) => backupId,
  },
  {
    title: words.decision,
    cell: ({ decision }) => <Badge state={decision} />,
    sortBy: ({ decision }) => decision,
  },
  {
    title: words.because,
    cell: ({ reasons }) => reasons.map((reason) => words.reasons[reason]).join('; '),
    sortBy: ({ reasons }) => reasons.join(),
  },
  { title: texts.kind, cell: ({ kind }) => kind, sortBy: ({ kind }) => kind, isWide: true },
  { title: texts.state, cell: ({ state }) => <Badge state={state} />, sortBy: ({ state }) => state, isWide: true },
  {
    title: texts.backups.snapshot,
    cell: ({ snapshotAt }) => <When at={snapshotAt} />,
    sortBy: ({ snapshotAt }) => snapshotAt,
    isWide: true,
  },
];

/** What the next run of retention does, and why every backup stays or goes. */
export function RetentionPage(): JSX.Element {
  const { answer, problem } = useQuery<RetentionPlan>('/retention-plan');
  if (answer === undefined) return problem === undefined ? <Loading /> : <ProblemBox problem={problem} />;
  const { decision = '' } = place.value.query;
  const items = answer.items.filter((item) => decision === '' || item.decision === decision);
  return (
    <>
      <p>{words.next(answer.expire.length, answer.lift.length)}</p>
      {answer.stops.map(({ database, expiring, of }) => (
        <p key={database} class="box warn">
          {words.stopped(database, expiring, of)}
        </p>
      ))}
      <div class="filters">
        <Choice
          label={words.decision}
          value={decision}
          options={[
            ['', texts.all],
            ['keep', words.keep],
            ['expire', words.expire],
          ]}
          onChange={(value) => changeQuery({ decision: value })}
        />
      </div>
      {items.length === 0 ? (
        <p class="box plain">{words.empty}</p>
      ) : (
        <Table caption={texts.section.retention} columns={COLUMNS} items={items} keyOf={({ backupId }) => backupId} />
      )}
      <h2>{words.policy}</h2>
      <Facts
        facts={Object.entries(answer.policy).map(([name, value]) => [words.policies[name] ?? name, String(value)])}
      />
    </>
  );
}
