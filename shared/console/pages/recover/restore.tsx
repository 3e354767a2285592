import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RESTORE_MODES, type RestoreMode } from '../../../domain/restore/restore-request';
import type { BackupLine, Page, RestorePlan } from '../../api/answers';
import { useQuery } from '../../api/use-query';
import { size } from '../../format/size';
import { utc } from '../../format/time';
import { Choice, TextField, Tick } from '../../parts/fields';
import { PlanAndStart } from '../../parts/plan-and-start';
import { place } from '../../route';
import { texts } from '../../texts';
import { ModePicture } from './mode-picture';
import { ShownRestorePlan } from './restore-plan';

const { restore: words } = texts.recover;

interface Form {
  readonly backupId: string;
  readonly mode: RestoreMode;
  readonly targetDatabase: string;
  readonly target: string;
  readonly tables: string;
  readonly acceptStorageGrowth: boolean;
  readonly acceptReplicationLoss: boolean;
}

export function RestorePage(): JSX.Element {
  const { query } = place.value;
  const mode = RESTORE_MODES.find((known) => known === query['mode']) ?? 'new-database';
  const [form, setForm] = useState<Form>({
    ...{ backupId: query['backupId'] ?? '', mode, targetDatabase: query['targetDatabase'] ?? '' },
    ...{ target: query['target'] ?? '', tables: '', acceptStorageGrowth: false, acceptReplicationLoss: false },
  });
  const change = (changes: Partial<Form>): void => setForm((before) => ({ ...before, ...changes }));
  return (
    <>
      <ChooseBackup backupId={form.backupId} onChange={(backupId) => change({ backupId })} />
      <ChooseMode mode={form.mode} onChange={(chosen) => change({ mode: chosen })} />
      <Details form={form} onChange={change} />
      <PlanAndStart<RestorePlan>
        operation="postRestore"
        path="/restores"
        body={bodyOf(form)}
        isReady={query['backupId'] !== undefined && query['mode'] !== undefined}
        startLabel={words.start[form.mode]}
        show={(plan) => <ShownRestorePlan plan={plan} />}
        confirm={({ confirm }) => confirm}
        refusals={({ refusals }) => refusals}
      />
    </>
  );
}

function bodyOf(form: Form): object | null {
  if (form.backupId === '') return null;
  const tables = form.tables
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isNew = form.mode === 'new-database';
  return {
    ...{ backupId: form.backupId, mode: form.mode },
    ...(form.targetDatabase === '' ? {} : { targetDatabase: form.targetDatabase }),
    ...(form.target === '' ? {} : { target: form.target }),
    ...(isNew && tables.length > 0 ? { tables } : {}),
    ...(form.acceptStorageGrowth ? { acceptStorageGrowth: true } : {}),
    ...(form.mode === 'swap' && form.acceptReplicationLoss ? { acceptReplicationLoss: true } : {}),
  };
}

function ChooseBackup({
  backupId,
  onChange,
}: {
  readonly backupId: string;
  readonly onChange: (backupId: string) => void;
}): JSX.Element {
  const { answer } = useQuery<Page<BackupLine>>('/backups', { query: { state: 'verified', limit: 200 } });
  const offered = (answer?.items ?? []).flatMap(({ backupId: id, snapshotAt, sizeBytes }) =>
    id === null ? [] : [[id, `${id} · ${utc(snapshotAt)} · ${size(sizeBytes)}`] as const],
  );
  const isListed = backupId === '' || offered.some(([id]) => id === backupId);
  return (
    <Choice
      label={words.backup}
      hint={words.backupHint}
      value={backupId}
      options={[['', texts.choose], ...(isListed ? [] : [[backupId, backupId] as const]), ...offered]}
      onChange={onChange}
    />
  );
}

function ChooseMode({
  mode,
  onChange,
}: {
  readonly mode: RestoreMode;
  readonly onChange: (mode: RestoreMode) => void;
}): JSX.Element {
  return (
    <fieldset class="modes">
      <legend>{words.mode}</legend>
      {RESTORE_MODES.map((name) => (
        <label key={name} class={name === mode ? 'chosen' : ''}>
          <input type="radio" name="mode" value={name} checked={name === mode} onChange={() => onChange(name)} />
          <strong>{words.modes[name].title}</strong>
          <ModePicture mode={name} />
          <span>{words.modes[name].text}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Details({
  form,
  onChange,
}: {
  readonly form: Form;
  readonly onChange: (changes: Partial<Form>) => void;
}): JSX.Element {
  const isNew = form.mode === 'new-database';
  return (
    <details open={form.targetDatabase !== '' || form.target !== ''}>
      <summary>{words.details}</summary>
      <TextField
        label={words.targetDatabase}
        hint={isNew ? words.newNameHint : words.liveNameHint}
        value={form.targetDatabase}
        onChange={(targetDatabase) => onChange({ targetDatabase })}
      />
      <TextField
        label={words.target}
        hint={words.targetHint}
        value={form.target}
        onChange={(target) => onChange({ target })}
      />
      {isNew ? (
        <TextField
          label={words.tables}
          hint={words.tablesHint}
          value={form.tables}
          onChange={(tables) => onChange({ tables })}
        />
      ) : null}
      <Tick
        label={words.acceptGrowth}
        checked={form.acceptStorageGrowth}
        onChange={(acceptStorageGrowth) => onChange({ acceptStorageGrowth })}
      />
      {form.mode === 'swap' ? (
        <Tick
          label={words.acceptReplicationLoss}
          checked={form.acceptReplicationLoss}
          onChange={(acceptReplicationLoss) => onChange({ acceptReplicationLoss })}
        />
      ) : null}
    </details>
  );
}
