import type { ComponentChildren, JSX } from 'preact';
import type { Job } from '../../api/answers';
import { whyNot } from '../../parts/action';
import { count, size } from '../../format/size';
import { Facts } from '../../parts/facts';
import { addressOf } from '../../route';
import { texts } from '../../texts';

const { outcome } = texts;

/** What a job has made, and where it can be seen. */
export function JobOutcome({
  job,
  result,
}: {
  readonly job: Job;
  readonly result: NonNullable<Job['result']>;
}): JSX.Element {
  return (
    <section class="box good">
      <h2>{outcome.title}</h2>
      <Facts facts={Object.entries(result).flatMap(([name, value]) => factOf(name, value))} />
      {job.kind === 'restore' && typeof result['previousDatabase'] === 'string' ? <UndoLink jobId={job.jobId} /> : null}
      {Array.isArray(result['steps']) ? <Steps steps={result['steps']} /> : null}
    </section>
  );
}

function UndoLink({ jobId }: { readonly jobId: string }): JSX.Element {
  const reason = whyNot('postRestoreUndo');
  if (reason !== undefined) return <p class="reason">{outcome.undoBlocked(reason)}</p>;
  return (
    <p>
      <a class="button" href={addressOf(['recover', 'undo', jobId])}>
        {outcome.undo}
      </a>
    </p>
  );
}

function Steps({ steps }: { readonly steps: readonly unknown[] }): JSX.Element {
  return (
    <>
      <h3>{outcome.next}</h3>
      <ol>
        {steps
          .filter((step) => typeof step === 'string')
          .map((step) => (
            <li key={step}>{step}</li>
          ))}
      </ol>
    </>
  );
}

/** Names that are told elsewhere. */
const ELSEWHERE = ['warnings', 'steps', 'sha256'];
const TALLY = ['restored', 'skipped', 'failed'] as const;

function factOf(name: string, value: unknown): [string, ComponentChildren][] {
  if (ELSEWHERE.includes(name) || value === null || value === undefined) return [];
  const label = outcome.names[name] ?? name;
  if (name === 'first') return [[label, firstOf(value)]];
  if (typeof value === 'boolean') return value ? [[label, '✓']] : [];
  if (name === 'compared') return [[label, comparison(value)]];
  if (typeof value === 'string' && name.toLowerCase().endsWith('backupid')) {
    return [
      [
        label,
        <a key={name} href={addressOf(['backups', value])}>
          {value}
        </a>,
      ],
    ];
  }
  if (name === 'evidence' && typeof value === 'string') return [[label, <code key={name}>{value}</code>]];
  if (typeof value === 'number') return [[label, name.endsWith('Bytes') ? size(value) : count(value)]];
  if (typeof value === 'string') return [[label, value]];
  if (Array.isArray(value)) return [[label, outcome.items(value.length)]];
  return [[label, <code key={name}>{JSON.stringify(value)}</code>]];
}

/** The first names of what a recovery of blobs restored, skipped and could not restore. */
function firstOf(value: unknown): JSX.Element {
  const groups = value as Readonly<Record<string, readonly (string | { name: string; reason: string })[] | undefined>>;
  return (
    <ul class="bare long">
      {TALLY.flatMap((group) =>
        (groups[group] ?? []).map((entry) => (
          <li key={`${group} ${typeof entry === 'string' ? entry : entry.name}`}>
            {outcome.names[group]}: {typeof entry === 'string' ? entry : `${entry.name} (${entry.reason})`}
          </li>
        )),
      )}
    </ul>
  );
}

/** Rows, checksums and objects that were held against the manifest; a difference would have failed the job. */
function comparison(value: unknown): string {
  const numbers = Object.entries(value as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return outcome.equal(
    numbers.map(([name, number]) => `${count(number)} ${outcome.compared[name] ?? name}`).join(', '),
  );
}
