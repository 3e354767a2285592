import type { JSX } from 'preact';
import type { Problem } from '../api/answers';
import { addressOf } from '../route';
import { texts } from '../texts';

/** What went wrong and what to do next, in the API's own words. */
export function ProblemBox({
  problem,
}: {
  readonly problem: Pick<Problem, 'code' | 'detail' | 'hint' | 'jobId'>;
}): JSX.Element {
  return (
    <div class="box bad" role="alert">
      <p>
        <strong>{problem.detail}</strong>
      </p>
      <p>{problem.hint}</p>
      <p class="muted">
        <code>{problem.code}</code>
        {problem.jobId === undefined ? null : (
          <>
            {' · '}
            <a href={addressOf(['jobs', problem.jobId])}>{texts.theJob(problem.jobId)}</a>
          </>
        )}
      </p>
    </div>
  );
}

export function Warnings({
  warnings,
}: {
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
}): JSX.Element | null {
  if (warnings.length === 0) return null;
  return (
    <div class="box warn">
      <strong>{texts.warnings}</strong>
      <ul>
        {warnings.map(({ code, detail }) => (
          <li key={`${code} ${detail}`}>
            {detail} <code class="muted">{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
