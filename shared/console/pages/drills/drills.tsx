import type { JSX } from 'preact';
import type { DrillLine } from '../../api/answers';
import { startJob } from '../../api/start-job';
import { useDatabases } from '../../api/use-databases';
import { useList } from '../../api/use-list';
import { duration } from '../../format/time';
import { Ask } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { DatabaseChoice } from '../../parts/database-choice';
import { Choice, textOf } from '../../parts/fields';
import { Filters } from '../../parts/filters';
import { Listed } from '../../parts/listed';
import type { Column } from '../../parts/table';
import { When } from '../../parts/when';
import { addressOf, place } from '../../route';
import { texts } from '../../texts';

const { drills: words } = texts;

const COLUMNS: readonly Column<DrillLine>[] = [
  {
    title: words.drill,
    cell: ({ id, startedAt }) => (
      <a href={addressOf(['drills', id])}>
        <When at={startedAt} />
      </a>
    ),
    sortBy: ({ startedAt }) => startedAt,
  },
  {
    title: words.verdict,
    cell: ({ verdict }) => <Badge state={verdict} />,
    sortBy: ({ verdict }) => verdict,
  },
  { title: words.kind, cell: ({ kind }) => words.kinds[kind] ?? kind, sortBy: ({ kind }) => kind, isWide: true },
  { title: texts.database, cell: ({ database }) => database, sortBy: ({ database }) => database, isWide: true },
  {
    title: words.recovered,
    cell: ({ recoverySeconds }) => (recoverySeconds === null ? texts.none : duration(recoverySeconds)),
    sortBy: ({ recoverySeconds }) => recoverySeconds ?? -1,
    isNumber: true,
  },
  {
    title: words.loss,
    cell: ({ recoveryPointSeconds: seconds }) => (seconds === null ? texts.none : duration(seconds)),
    sortBy: ({ recoveryPointSeconds }) => recoveryPointSeconds ?? -1,
    isNumber: true,
    isWide: true,
  },
  {
    title: texts.backups.backup,
    cell: ({ backupId }) =>
      backupId === null ? texts.none : <a href={addressOf(['backups', backupId])}>{backupId}</a>,
    isWide: true,
  },
];

export function DrillsPage(): JSX.Element {
  const { database } = place.value.query;
  const databases = useDatabases() ?? [];
  const list = useList<DrillLine>('/drills', { database });
  return (
    <>
      <div class="buttons">
        <StartDrill />
      </div>
      <Filters choices={[{ name: 'database', label: texts.database, options: databases }]} />
      <Listed caption={texts.section.drills} columns={COLUMNS} list={list} keyOf={({ id }) => id} empty={words.empty} />
    </>
  );
}

function StartDrill(): JSX.Element {
  const start = async (form: FormData): Promise<void> => {
    const database = textOf(form, 'database');
    await startJob('/drills', { source: textOf(form, 'source'), ...(database === '' ? {} : { database }) });
  };
  return (
    <Ask operation="postDrill" label={words.start} explains={words.startExplains} onConfirm={start}>
      <Choice
        label={words.kind}
        name="source"
        value="newest"
        options={Object.entries(words.sources)}
        onChange={() => undefined}
      />
      <DatabaseChoice name="database" />
    </Ask>
  );
}
