import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BackupLine, Job, Page, RecoveryPoints } from '../../api/answers';
import { useDatabases } from '../../api/use-databases';
import { useQuery } from '../../api/use-query';
import { DatabaseChoice } from '../../parts/database-choice';
import { ProblemBox } from '../../parts/problem-box';
import { Loading } from '../../parts/loading';
import { addressOf, changeQuery, place } from '../../route';
import { texts } from '../../texts';
import { AdviceFor } from './advice';
import { Axis } from './axis';
import { type Lane, lanesOf } from './lanes';
import { firstLength, shift, type Span, zoom } from './scale';

const { timeline: words } = texts;
const DAY_MS = 24 * 3_600_000;
const SPANS = [
  ['1', DAY_MS],
  ['7', 7 * DAY_MS],
  ['30', 30 * DAY_MS],
  ['90', 90 * DAY_MS],
] as const;

/** Everything that can be gone back to, and the way back from the moment that was chosen. */
export function TimelinePage(): JSX.Element {
  const names = useDatabases();
  const points = useQuery<RecoveryPoints>('/recovery-points', { againAfterMs: 60_000 });
  const { answer, problem } = points;
  if (answer === undefined || names === undefined)
    return problem === undefined ? <Loading /> : <ProblemBox problem={problem} />;
  const asked = place.value.query['database'];
  const database = names.find((name) => name === asked) ?? names[0];
  if (database === undefined) return <p class="box plain">{words.empty}</p>;
  return (
    <>
      <DatabaseChoice value={database} onChange={(name) => changeQuery({ database: name })} />
      <DatabaseTimeline key={database} database={database} points={answer} />
    </>
  );
}

function DatabaseTimeline({
  database,
  points,
}: {
  readonly database: string;
  readonly points: RecoveryPoints;
}): JSX.Element {
  const backups = useQuery<Page<BackupLine>>('/backups', { query: { database, limit: 200 }, maxAgeSeconds: 5 });
  const jobs = useQuery<Page<Job>>('/jobs', { query: { database, state: 'succeeded', limit: 200 } });
  const [now] = useState(Date.now);
  const asked = Date.parse(place.value.query['at'] ?? '');
  const atMs = Number.isNaN(asked) ? now : asked;
  const items = points.items.filter((point) => (point.database ?? database) === database);
  const [span, setSpan] = useState<Span>(() => {
    const oldestMs = Math.min(...items.map(({ from }) => Date.parse(from)));
    return around(atMs, firstLength(oldestMs, atMs, 7 * DAY_MS), now);
  });
  const choose = (ms: number): void => changeQuery({ at: new Date(ms).toISOString() });
  // a moment that was chosen by its time may lie outside of what is shown
  useEffect(() => {
    setSpan((shown) =>
      atMs < shown.fromMs || atMs > shown.toMs ? around(atMs, shown.toMs - shown.fromMs, now) : shown,
    );
  }, [atMs]);
  const lanes = lanesOf({ points: items, backups: backups.answer?.items ?? [], jobs: jobs.answer?.items ?? [] });
  return (
    <>
      <Zoom span={span} atMs={atMs} now={now} onSpan={setSpan} />
      <p id="axis-keys" class="muted">
        {words.keys}
      </p>
      <Axis database={database} lanes={lanes} span={span} atMs={atMs} onSpan={setSpan} onMoment={choose} />
      {points.unavailable
        .filter((missing) => (missing.database ?? database) === database)
        .map(({ kind, reason }) => (
          <p key={kind} class="muted">
            {words.unavailable(words.lanes[kind] ?? kind, reason)}
          </p>
        ))}
      <AdviceFor database={database} atMs={atMs} onMoment={choose} />
      <Points lanes={lanes} span={span} />
    </>
  );
}

/** Most of it before the moment: that is where the ways back are. */
const around = (atMs: number, length: number, now: number): Span => {
  const toMs = Math.min(Math.max(now, atMs) + length * 0.05, atMs + length * 0.4);
  return { fromMs: toMs - length, toMs };
};

function Zoom(props: {
  readonly span: Span;
  readonly atMs: number;
  readonly now: number;
  readonly onSpan: (span: Span) => void;
}): JSX.Element {
  const { span, atMs, now, onSpan } = props;
  const middle = (span.fromMs + span.toMs) / 2;
  const buttons = [
    [words.earlier, () => shift(span, -0.5)],
    [words.later, () => shift(span, 0.5)],
    [words.nearer, () => zoom(span, 0.5, atMs >= span.fromMs && atMs <= span.toMs ? atMs : middle)],
    [words.farther, () => zoom(span, 2, middle)],
    ...SPANS.map(([days, length]) => [words.days(days), () => around(atMs, length, now)] as const),
  ] as const;
  return (
    <div class="buttons" role="group" aria-label={words.zoom}>
      {buttons.map(([label, turn]) => (
        <button key={label} type="button" onClick={() => onSpan(turn())}>
          {label}
        </button>
      ))}
    </div>
  );
}

/** The same as a list: for who cannot see the drawing, and to get at each of them. */
function Points({ lanes, span }: { readonly lanes: readonly Lane[]; readonly span: Span }): JSX.Element {
  return (
    <details>
      <summary>{words.list}</summary>
      {lanes.map(({ name, marks }) => {
        const shown = marks.filter(({ fromMs, toMs }) => toMs >= span.fromMs && fromMs <= span.toMs);
        return (
          <section key={name}>
            <h3>{words.lanes[name] ?? name}</h3>
            <ul>
              {shown.map(({ label, fromMs, path, query }) => (
                <li key={`${label} ${fromMs}`}>
                  {path === undefined ? label : <a href={addressOf(path, query)}>{label}</a>}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </details>
  );
}
