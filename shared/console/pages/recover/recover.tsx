import type { JSX } from 'preact';
import { whyNot } from '../../parts/action';
import { addressOf } from '../../route';
import { texts } from '../../texts';

const { recover } = texts;

const WAYS = [
  { name: 'restore', operation: 'postRestore' },
  { name: 'pitr', operation: 'postPitrRestore' },
  { name: 'undelete', operation: 'postUndelete' },
  { name: 'reconcile', operation: 'postReconciliation' },
  { name: 'release', operation: 'getRollbackPlan' },
] as const;

/** The ways back, for who knows which one; who does not goes to the timeline. */
export function RecoverPage(): JSX.Element {
  return (
    <>
      <p>
        {recover.lead}{' '}
        <a class="button main" href={addressOf(['timeline'])}>
          {recover.advice}
        </a>
      </p>
      <ul class="cards">
        {WAYS.map(({ name, operation }) => {
          const reason = whyNot(operation);
          return (
            <li key={name} class="card">
              <h2>
                <a href={addressOf(['recover', name])}>{recover[name].title}</a>
              </h2>
              <p>{recover[name].when}</p>
              {reason === undefined ? null : <p class="reason">{reason}</p>}
            </li>
          );
        })}
      </ul>
    </>
  );
}
