import type { JSX } from 'preact';
import { INCIDENTS } from '../../../domain/advice/recovery-advice';
import type { Advice, Page } from '../../api/answers';
import { useQuery } from '../../api/use-query';
import { duration, fromInput, toInput } from '../../format/time';
import { Choice, TextField } from '../../parts/fields';
import { Facts } from '../../parts/facts';
import { ProblemBox } from '../../parts/problem-box';
import { Loading } from '../../parts/loading';
import { When } from '../../parts/when';
import { changeQuery, place } from '../../route';
import { texts } from '../../texts';
import { dialogOf } from './dialog-of';

const { advice: words } = texts;

interface AdviceProps {
  readonly database: string;
  readonly atMs: number;
  readonly onMoment: (ms: number) => void;
}

/** The ways back from a moment, best first, each with what it loses and how long it takes. */
export function AdviceFor({ database, atMs, onMoment }: AdviceProps): JSX.Element {
  const incident = INCIDENTS.find((known) => known === place.value.query['incident']) ?? 'data-loss';
  const at = new Date(atMs).toISOString();
  // asked for each moment that somebody looks at: the catalog need not be listed each time
  const options = { query: { incident, at, database }, maxAgeSeconds: 5 };
  const { answer, problem } = useQuery<Page<Advice>>('/recovery-advice', options);
  const move = (text: string): void => {
    const moment = fromInput(text);
    if (moment !== undefined) onMoment(Date.parse(moment));
  };
  return (
    <section class="advice">
      <h2>{words.title}</h2>
      <div class="filters">
        <Choice
          label={words.incident}
          value={incident}
          options={INCIDENTS.map((name) => [name, words.incidents[name]])}
          onChange={(name) => changeQuery({ incident: name })}
        />
        <TextField label={words.at} type="datetime-local" value={toInput(at)} onChange={move} />
      </div>
      <p class="muted">
        {words.before} <When at={at} />
      </p>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {answer === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : (
        <ol class="ways">
          {answer.items.map((advice, index) => (
            <Way key={advice.way} advice={advice} isBest={index === 0 && advice.missing.length === 0} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Way({ advice, isBest }: { readonly advice: Advice; readonly isBest: boolean }): JSX.Element {
  const { way, why, recoveryPoint, lossSeconds, expectedSeconds, sideEffects, missing } = advice;
  const dialog = dialogOf(advice);
  return (
    <li class={`card ${missing.length > 0 ? 'blocked' : ''}`}>
      <h3>
        {words.ways[way]} {isBest ? <span class="badge good">{words.best}</span> : null}
      </h3>
      <p>{why}</p>
      <Facts
        facts={[
          [words.backTo, recoveryPoint === null ? null : <When key="to" at={recoveryPoint} />],
          [words.loses, lossSeconds === null ? words.losesNothing : duration(lossSeconds)],
          [words.takes, expectedSeconds === null ? texts.plan.neverMeasured : duration(expectedSeconds)],
        ]}
      />
      {sideEffects.map((effect) => (
        <p key={effect} class="muted">
          {effect}
        </p>
      ))}
      {missing.length === 0 ? null : (
        <div class="box warn">
          {words.missing}
          <ul>
            {missing.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      {dialog === undefined ? null : (
        <a class={`button ${isBest ? 'main' : ''}`} href={dialog}>
          {words.open}
        </a>
      )}
    </li>
  );
}
