import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Job, Problem } from '../api/answers';
import { call, problemOf } from '../api/call';
import { startJob } from '../api/start-job';
import { JobView, useJob } from '../pages/jobs/job-view';
import { changeQuery, place } from '../route';
import { texts } from '../texts';
import { Action } from './action';
import { ProblemBox } from './problem-box';

interface RehearseProps {
  readonly operation: string;
  readonly path: string;
  /** What is asked for, without `dryRun`; null: not filled in yet. */
  readonly body: object | null;
  readonly startLabel: string;
}

/**
 * For recoveries whose plan takes a job of its own: the dry run first, whose result stays on the screen, also after a reload (its id
 * is in the address), then the same in earnest. Who changes what is asked for takes `plan` out of the address.
 */
export function RehearseAndStart({ operation, path, body, startLabel }: RehearseProps): JSX.Element {
  const [problem, setProblem] = useState<Problem>();
  const [key] = useState(() => crypto.randomUUID());
  const planId = place.value.query['plan'];
  const planned = useJob(planId ?? null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setProblem(undefined);
    await work().catch((error: unknown) => setProblem(problemOf(error)));
  };
  const rehearse = async (): Promise<void> => {
    const options = { body: { ...body, dryRun: true }, idempotencyKey: crypto.randomUUID() };
    changeQuery({ plan: (await call<Job>('POST', path, options)).jobId });
  };
  const start = (): Promise<void> => startJob(path, { ...body, dryRun: false }, `${key}-${planId ?? ''}`);
  const blockedBy = body === null ? texts.plan.fillIn : undefined;
  return (
    <>
      <div class="buttons">
        <Action operation={operation} blockedBy={blockedBy} onAct={() => attempt(rehearse)}>
          {planId === undefined ? texts.plan.dryRun : texts.plan.again}
        </Action>
      </div>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {planId === undefined ? null : (
        <section class="plan" aria-label={texts.plan.title}>
          <h2>{texts.plan.title}</h2>
          <p class="box good">{texts.plan.nothingYet}</p>
          <JobView key={planId} queried={planned} />
          {planned.answer?.state !== 'succeeded' ? null : (
            <div class="buttons">
              <Action operation={operation} kind="main" blockedBy={blockedBy} onAct={() => attempt(start)}>
                {startLabel}
              </Action>
            </div>
          )}
        </section>
      )}
    </>
  );
}
