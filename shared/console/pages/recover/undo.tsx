import type { JSX } from 'preact';
import type { UndoPlan } from '../../api/answers';
import { Facts } from '../../parts/facts';
import { PlanAndStart } from '../../parts/plan-and-start';
import { When } from '../../parts/when';
import { addressOf } from '../../route';
import { texts } from '../../texts';
import type { PageProps } from '../pages';
import { Names, renamesOf } from './restore-plan';

const { undo: words } = texts.recover;
const { plan } = texts;

/** Takes a swap back. */
export function UndoPage({ params }: PageProps): JSX.Element {
  const jobId = params[1] ?? '';
  return (
    <>
      <p>
        {words.lead} <a href={addressOf(['jobs', jobId])}>{texts.theJob(jobId)}</a>
      </p>
      <PlanAndStart<UndoPlan>
        operation="postRestoreUndo"
        path={`/restores/${encodeURIComponent(jobId)}/undo`}
        body={{}}
        isReady
        startLabel={words.start}
        show={(shown) => <ShownUndoPlan plan={shown} />}
        confirm={({ confirm }) => confirm}
        refusals={({ refusals }) => refusals}
      />
    </>
  );
}

function ShownUndoPlan({ plan: shown }: { readonly plan: UndoPlan }): JSX.Element {
  return (
    <>
      <p class="box good">{plan.destroysNothing}</p>
      <Facts
        facts={[
          [plan.database, shown.database],
          [words.comesBack, shown.previousDatabase],
          [words.isKeptAs, shown.undoneDatabase],
          [plan.renames, renamesOf(shown.renames)],
          [words.writesSince, shown.writesSince === null ? null : <When key="since" at={shown.writesSince} />],
        ]}
      />
      <Names title={plan.endsSessions} names={shown.endsSessions} />
    </>
  );
}
