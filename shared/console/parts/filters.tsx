import type { JSX } from 'preact';
import { changeQuery, place } from '../route';
import { texts } from '../texts';
import { Choice, TextField } from './fields';

interface Filter {
  /** Its name in the address and in the API's query. */
  readonly name: string;
  readonly label: string;
  /** Absent: a free text. */
  readonly options?: readonly string[];
}

/** The name in the address of what is looked for in the list on the screen. */
export const FIND = 'find';

/** What a list is narrowed by; it stands in the address, so that it can be sent to somebody. */
export function Filters({ choices }: { readonly choices: readonly Filter[] }): JSX.Element {
  const { query } = place.value;
  return (
    <div class="filters" role="search" aria-label={texts.filters}>
      {choices.map(({ name, label, options }) =>
        options === undefined ? (
          <TextField
            key={name}
            label={label}
            type="search"
            value={query[name] ?? ''}
            onChange={(value) => changeQuery({ [name]: value })}
          />
        ) : (
          <Choice
            key={name}
            label={label}
            value={query[name] ?? ''}
            options={[['', texts.all], ...options.map((option) => [option, option] as const)]}
            onChange={(value) => changeQuery({ [name]: value })}
          />
        ),
      )}
      <TextField
        label={texts.find}
        type="search"
        value={query[FIND] ?? ''}
        onChange={(value) => changeQuery({ [FIND]: value })}
      />
    </div>
  );
}
