import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PitrPlan } from '../../api/answers';
import { fromInput, toInput } from '../../format/time';
import { DatabaseChoice } from '../../parts/database-choice';
import { Choice, TextField } from '../../parts/fields';
import { Facts } from '../../parts/facts';
import { PlanAndStart } from '../../parts/plan-and-start';
import { Warnings } from '../../parts/problem-box';
import { When } from '../../parts/when';
import { place } from '../../route';
import { texts } from '../../texts';

const { pitr: words } = texts.recover;

/** The database as it was at a moment, on a server of its own. */
export function PitrPage(): JSX.Element {
  const { query } = place.value;
  const given = query['pointInTime'];
  const [moment, setMoment] = useState(given === undefined ? '' : toInput(given));
  const [database, setDatabase] = useState(query['database'] ?? '');
  const [then, setThen] = useState(query['then'] === 'export' ? 'export' : 'keep');
  const pointInTime = fromInput(moment);
  const body = pointInTime === undefined ? null : { pointInTime, then, ...(database === '' ? {} : { database }) };
  return (
    <>
      <TextField
        label={words.moment}
        hint={words.momentHint}
        type="datetime-local"
        value={moment}
        onChange={setMoment}
      />
      {pointInTime === undefined ? null : (
        <p class="muted">
          <When at={pointInTime} />
        </p>
      )}
      <DatabaseChoice beginsWithNone value={database} onChange={setDatabase} />
      <Choice
        label={words.then}
        value={then}
        options={[
          ['keep', words.keep],
          ['export', words.export],
        ]}
        onChange={setThen}
      />
      <PlanAndStart<PitrPlan>
        operation="postPitrRestore"
        path="/pitr-restores"
        body={body}
        isReady={given !== undefined}
        startLabel={words.start}
        show={(plan) => <ShownPitrPlan plan={plan} />}
        confirm={() => null}
        refusals={() => []}
      />
    </>
  );
}

function ShownPitrPlan({ plan }: { readonly plan: PitrPlan }): JSX.Element {
  return (
    <>
      <p class="box good">{words.touchesNothing(plan.sourceServer)}</p>
      <Facts
        facts={[
          [words.moment, <When key="at" at={plan.pointInTime} />],
          [words.server, `${plan.server} · ${plan.resourceGroup}`],
          [
            words.window,
            <span key="window">
              <When at={plan.window.from} /> – <When at={plan.window.to} />
            </span>,
          ],
          [words.expires, plan.expiresAt === null ? words.never : <When key="until" at={plan.expiresAt} />],
        ]}
      />
      <ol>
        {plan.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <Warnings warnings={plan.warnings} />
    </>
  );
}
