import type { JSX } from 'preact';
import type { DrillLine, Job } from '../../api/answers';
import { call } from '../../api/call';
import { useDatabases } from '../../api/use-databases';
import { useList } from '../../api/use-list';
import { duration } from '../../format/time';
import { Ask } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { Choice } from '../../parts/fields';
import { Filters } from '../../parts/filters';
import { type Column, Listed } from '../../parts/table';
import { When } from '../../parts/when';
import { addressOf, go, place } from '../../route';
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
        <StartDrill databases={databases} />
      </div>
      <Filters choices={[{ name: 'database', label: texts.database, options: databases }]} />
      <Listed caption={texts.section.drills} columns={COLUMNS} list={list} keyOf={({ id }) => id} empty={words.empty} />
    </>
  );
}

function StartDrill({ databases }: { readonly databases: readonly string[] }): JSX.Element {
  const start = async (form: FormData): Promise<void> => {
    const chosen = form.get('database');
    const job = await call<Job>('POST', '/drills', {
      body: { source: 'newest', ...(typeof chosen === 'string' ? { database: chosen } : {}) },
      idempotencyKey: crypto.randomUUID(),
    });
    go(addressOf(['jobs', job.jobId]));
  };
  return (
    <Ask operation="postDrill" label={words.start} explains={texts.backup.drillExplains} onConfirm={start}>
      {databases.length < 2 ? null : (
        <Choice
          label={texts.database}
          name="database"
          value={databases[0] ?? ''}
          options={databases.map((name) => [name, name])}
          onChange={() => undefined}
        />
      )}
    </Ask>
  );
}
