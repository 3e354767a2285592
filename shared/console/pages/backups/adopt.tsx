import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BackupLine, Problem } from '../../api/answers';
import { problemOf } from '../../api/call';
import { startJob } from '../../api/start-job';
import { useDatabases } from '../../api/use-databases';
import { useList } from '../../api/use-list';
import { Action } from '../../parts/action';
import { DatabaseChoice } from '../../parts/database-choice';
import { TextField } from '../../parts/fields';
import { Listed } from '../../parts/listed';
import { ProblemBox } from '../../parts/problem-box';
import { SIZE } from '../../parts/size-column';
import type { Column } from '../../parts/table';
import { When } from '../../parts/when';
import { changeQuery, place } from '../../route';
import { texts } from '../../texts';

const { adopt: words } = texts;

const COLUMNS: readonly Column<BackupLine>[] = [
  {
    title: words.blob,
    cell: ({ blob }) => (
      <button type="button" class="link" onClick={() => changeQuery({ blob })}>
        {blob}
      </button>
    ),
    sortBy: ({ blob }) => blob,
  },
  { title: words.stored, cell: ({ snapshotAt }) => <When at={snapshotAt} />, sortBy: ({ snapshotAt }) => snapshotAt },
  SIZE,
];

/** Makes a backup of a dump that a script has left in the container. */
export function AdoptPage(): JSX.Element {
  const { blob = '', database = '' } = place.value.query;
  const list = useList<BackupLine>('/backups', { state: 'foreign' });
  return (
    <>
      <p>{words.lead}</p>
      <div class="filters">
        <TextField
          label={words.blob}
          hint={words.blobHint}
          value={blob}
          onChange={(name) => changeQuery({ blob: name })}
        />
        <DatabaseChoice beginsWithNone value={database} onChange={(name) => changeQuery({ database: name })} />
      </div>
      <Adopt blob={blob.trim()} database={database} />
      <h2>{words.foreign}</h2>
      <Listed
        caption={words.foreign}
        columns={COLUMNS}
        list={list}
        keyOf={({ blob: name }) => name}
        empty={words.empty}
      />
    </>
  );
}

function Adopt({ blob, database }: { readonly blob: string; readonly database: string }): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const isMissing = blob === '' || ((useDatabases()?.length ?? 0) > 1 && database === '');
  const adopt = async (): Promise<void> => {
    setProblem(undefined);
    const body = { blob, ...(database === '' ? {} : { database }) };
    await startJob('/adoptions', body).catch((error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      <div class="buttons">
        <Action
          operation="postAdoption"
          kind="main"
          blockedBy={isMissing ? texts.plan.fillIn : undefined}
          onAct={adopt}
        >
          {words.start}
        </Action>
      </div>
    </>
  );
}
