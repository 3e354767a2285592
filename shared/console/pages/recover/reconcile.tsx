import type { JSX } from 'preact';
import { useDatabases } from '../../api/use-databases';
import { fromInput } from '../../format/time';
import { whyNot } from '../../parts/action';
import { DatabaseChoice } from '../../parts/database-choice';
import { TextField } from '../../parts/fields';
import { RehearseAndStart } from '../../parts/rehearse-and-start';
import { changeQuery, place } from '../../route';
import { texts } from '../../texts';

const { reconcile: words } = texts.recover;

/** After the database went back: the blobs that its rows point to and that are gone. */
export function ReconcilePage(): JSX.Element {
  const { database = '', at = '' } = place.value.query;
  const databases = useDatabases() ?? [];
  const reason = whyNot('postReconciliation');
  const moment = fromInput(at);
  const body = {
    ...(database === '' ? {} : { database }),
    ...(moment === undefined ? {} : { at: moment }),
  };
  const ask = (changes: Readonly<Record<string, string>>): void => changeQuery({ ...changes, plan: undefined });
  return (
    <>
      <p>{words.lead}</p>
      {reason === undefined ? null : <p class="box plain">{reason}</p>}
      <div class="filters">
        <DatabaseChoice beginsWithNone value={database} onChange={(name) => ask({ database: name })} />
        <TextField
          label={words.at}
          hint={words.atHint}
          type="datetime-local"
          value={at}
          onChange={(value) => ask({ at: value })}
        />
      </div>
      <RehearseAndStart
        operation="postReconciliation"
        path="/reconciliations"
        body={databases.length > 1 && database === '' ? null : body}
        startLabel={words.start}
      />
    </>
  );
}
