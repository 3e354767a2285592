import type { JSX } from 'preact';
import type { DeletedBlob } from '../../api/answers';
import { useList } from '../../api/use-list';
import { fromInput } from '../../format/time';
import { whyNot } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { TextField, Tick } from '../../parts/fields';
import { RehearseAndStart } from '../../parts/rehearse-and-start';
import { Listed } from '../../parts/listed';
import { SIZE } from '../../parts/size-column';
import type { Column } from '../../parts/table';
import { When } from '../../parts/when';
import { changeQuery, place } from '../../route';
import { texts } from '../../texts';

const { undelete: words } = texts.recover;

const COLUMNS: readonly Column<DeletedBlob>[] = [
  {
    title: words.blob,
    cell: ({ container, name }) => (
      <button type="button" class="link" onClick={() => choose(container, name)}>
        {container}/{name}
      </button>
    ),
    sortBy: ({ container, name }) => `${container}/${name}`,
  },
  { title: texts.state, cell: ({ state }) => <Badge state={state} tone="warn" />, sortBy: ({ state }) => state },
  {
    title: words.deleted,
    cell: ({ deletedAt }) => <When at={deletedAt} />,
    sortBy: ({ deletedAt }) => deletedAt ?? '',
    isWide: true,
  },
  {
    title: words.daysLeft,
    cell: ({ daysLeft }) => daysLeft ?? texts.none,
    sortBy: ({ daysLeft }) => daysLeft ?? -1,
    isNumber: true,
  },
  { ...SIZE, isWide: true },
];

/** Another question makes the dry run on the screen invalid. */
const ask = (changes: Readonly<Record<string, string | undefined>>): void =>
  changeQuery({ ...changes, plan: undefined });
const choose = (container: string, name: string): void => ask({ container, name, prefix: undefined });

/** Deleted and overwritten blobs, narrowed until the list is what is wanted back; then all of it at once. */
export function UndeletePage(): JSX.Element {
  const { container, name, prefix, from, to } = place.value.query;
  const reason = whyNot('listDeletedBlobs');
  const window = { deletedFrom: fromInput(from ?? ''), deletedTo: fromInput(to ?? '') };
  const list = useList<DeletedBlob>(reason === undefined ? '/deleted-blobs' : null, {
    ...{ container, prefix: name ?? prefix },
    ...window,
  });
  if (reason !== undefined) return <p class="box plain">{reason}</p>;
  return (
    <>
      <p>{words.lead}</p>
      <Narrow />
      {name === undefined ? null : (
        <p class="box plain">
          {words.onlyThis} <code>{name}</code>{' '}
          <button type="button" onClick={() => ask({ name: undefined })}>
            {words.allAgain}
          </button>
        </p>
      )}
      <RehearseAndStart
        operation="postUndelete"
        path="/undeletes"
        body={bodyOf({ container, name, prefix, overwrite: place.value.query['overwrite'] }, window)}
        startLabel={words.start}
      />
      <Listed
        caption={words.title}
        columns={COLUMNS}
        list={list}
        keyOf={({ container: box, name: blob, id }) => `${box}/${blob} ${id ?? ''}`}
        empty={words.empty}
      />
    </>
  );
}

function bodyOf(
  asked: Readonly<Record<'container' | 'name' | 'prefix' | 'overwrite', string | undefined>>,
  window: { readonly deletedFrom: string | undefined; readonly deletedTo: string | undefined },
): object | null {
  const { container = '', name, prefix = '', overwrite } = asked;
  if (container === '') return null;
  const which = name === undefined ? { prefix } : { name };
  return {
    container,
    ...which,
    ...(name === undefined ? window : {}),
    ...(overwrite === 'yes' ? { overwrite: true } : {}),
  };
}

function Narrow(): JSX.Element {
  const { container = '', prefix = '', from = '', to = '', overwrite } = place.value.query;
  const ofWindow = { name: undefined };
  return (
    <>
      <div class="filters">
        <TextField
          label={words.container}
          hint={words.containerHint}
          value={container}
          onChange={(value) => ask({ ...ofWindow, container: value })}
        />
        <TextField label={words.prefix} value={prefix} onChange={(value) => ask({ ...ofWindow, prefix: value })} />
        <TextField
          label={words.from}
          type="datetime-local"
          value={from}
          onChange={(value) => ask({ ...ofWindow, from: value })}
        />
        <TextField
          label={words.to}
          type="datetime-local"
          value={to}
          onChange={(value) => ask({ ...ofWindow, to: value })}
        />
      </div>
      <Tick
        label={words.overwrite}
        checked={overwrite === 'yes'}
        onChange={(checked) => ask({ overwrite: checked ? 'yes' : undefined })}
      />
    </>
  );
}
