import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { Problem } from '../api/answers';
import { call, problemOf } from '../api/call';
import { startJob } from '../api/start-job';
import { texts } from '../texts';
import { Action, whyNot } from './action';
import { Field } from './fields';
import { ProblemBox } from './problem-box';

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
}

interface PlanProps<Plan> {
  readonly operation: string;
  readonly path: string;
  /** What is asked for; another one makes the plan on the screen invalid. null: not filled in yet. */
  readonly body: object | null;
  /** Show the plan at once: whoever comes from an advice has filled everything in. */
  readonly isReady: boolean;
  readonly startLabel: string;
  readonly show: (plan: Plan) => ComponentChildren;
  /** The name that has to be typed; null: none. */
  readonly confirm: (plan: Plan) => string | null;
  readonly refusals: (plan: Plan) => readonly Refusal[];
  /** Why there is nothing to start, in words; undefined: there is. */
  readonly blockedBy?: (plan: Plan) => string | undefined;
}

interface Planned<Plan> {
  readonly plan: Plan;
  /** The body that it is the plan of. */
  readonly asked: string;
  /** The same start, sent twice because its answer was lost, is one job. */
  readonly key: string;
}

/** Nothing is started before its plan is on the screen, and what it replaces has been typed. */
export function PlanAndStart<Plan>(props: PlanProps<Plan>): JSX.Element {
  const { operation, path, body, isReady } = props;
  const asked = JSON.stringify(body);
  const [planned, setPlanned] = useState<Planned<Plan>>();
  const [problem, setProblem] = useState<Problem>();
  const [isPlanning, setIsPlanning] = useState(false);
  const plan = async (): Promise<void> => {
    setProblem(undefined);
    setIsPlanning(true);
    try {
      const answer = await call<Plan>('POST', path, { body: { ...body, dryRun: true } });
      setPlanned({ plan: answer, asked, key: crypto.randomUUID() });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsPlanning(false);
    }
  };
  const mayPlan = whyNot(operation) === undefined;
  useEffect(() => {
    if (isReady && body !== null && mayPlan) void plan();
  }, []);
  const current = planned?.asked === asked ? planned : undefined;
  return (
    <>
      <div class="buttons">
        <Action
          operation={operation}
          {...(current === undefined ? { kind: 'main' as const } : {})}
          blockedBy={body === null ? texts.plan.fillIn : undefined}
          onAct={plan}
        >
          {current === undefined ? texts.plan.show : texts.plan.again}
        </Action>
        <span role="status">{isPlanning ? texts.plan.making : ''}</span>
      </div>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {current === undefined ? null : <PlanOnScreen key={current.key} {...props} planned={current} />}
    </>
  );
}

function PlanOnScreen<Plan>(props: PlanProps<Plan> & { readonly planned: Planned<Plan> }): JSX.Element {
  const { planned, operation, path, body, startLabel } = props;
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const expected = props.confirm(planned.plan);
  // what the field below asks for is no obstacle
  const refusals = props.refusals(planned.plan).filter(({ code }) => code !== 'confirmation-missing');
  const start = async (): Promise<void> => {
    setProblem(undefined);
    try {
      await startJob(path, { ...body, ...(expected === null ? {} : { confirm: typed }) }, planned.key);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section class="plan" aria-label={texts.plan.title}>
      <h2>{texts.plan.title}</h2>
      {props.show(planned.plan)}
      {refusals.map((refusal) => (
        <ProblemBox key={refusal.code} problem={refusal} />
      ))}
      {refusals.length > 0 ? null : (
        <>
          {expected === null ? null : <Confirmation expected={expected} typed={typed} onType={setTyped} />}
          {problem === undefined ? null : <ProblemBox problem={problem} />}
          <div class="buttons">
            <Action
              operation={operation}
              kind={expected === null ? 'main' : 'danger'}
              blockedBy={
                props.blockedBy?.(planned.plan) ??
                (expected === null || typed === expected ? undefined : texts.plan.typeFirst)
              }
              onAct={start}
            >
              {startLabel}
            </Action>
          </div>
        </>
      )}
    </section>
  );
}

function Confirmation(props: {
  readonly expected: string;
  readonly typed: string;
  readonly onType: (text: string) => void;
}): JSX.Element {
  const name = useId();
  return (
    <Field label={texts.plan.type} hint={texts.plan.typeWhy}>
      {(id, describedBy) => (
        <>
          <code id={name} class="to-type">
            {props.expected}
          </code>
          <input
            id={id}
            value={props.typed}
            autocomplete="off"
            spellcheck={false}
            aria-describedby={`${name} ${describedBy ?? ''}`}
            onInput={(event) => props.onType(event.currentTarget.value)}
          />
        </>
      )}
    </Field>
  );
}
