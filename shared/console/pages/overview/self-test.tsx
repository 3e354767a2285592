import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem, SelfTest } from '../../api/answers';
import { call, problemOf } from '../../api/call';
import { Action } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { ProblemBox } from '../../parts/problem-box';
import { type Column, Table } from '../../parts/table';
import { texts } from '../../texts';

const { selfTest: words } = texts;
type Hop = SelfTest['items'][number];

const COLUMNS: readonly Column<Hop>[] = [
  { title: words.hop, cell: ({ hop }) => hop },
  { title: texts.database, cell: ({ database }) => database ?? texts.none },
  {
    title: texts.state,
    cell: ({ state }) => <Badge state={state} tone={state === 'ok' ? 'good' : state === 'failed' ? 'bad' : 'plain'} />,
  },
  {
    title: words.found,
    cell: ({ detail, hint }) => (
      <>
        {detail}
        {hint === undefined ? null : <div class="muted">{hint}</div>}
      </>
    ),
  },
];

/** Goes every hop to what the app needs, and says which one fails. */
export function SelfTestButton(): JSX.Element {
  const [tested, setTested] = useState<SelfTest>();
  const [problem, setProblem] = useState<Problem>();
  const test = async (): Promise<void> => {
    setProblem(undefined);
    try {
      setTested(await call<SelfTest>('POST', '/self-test'));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <>
      <Action operation="postSelfTest" onAct={test}>
        {words.button}
      </Action>
      {problem === undefined && tested === undefined ? null : (
        <div class="whole-row" role="status">
          {problem === undefined ? null : <ProblemBox problem={problem} />}
          {tested === undefined ? null : (
            <Table
              caption={words.caption}
              columns={COLUMNS}
              items={tested.items}
              keyOf={({ hop, database }) => `${hop} ${database ?? ''}`}
            />
          )}
        </div>
      )}
    </>
  );
}
