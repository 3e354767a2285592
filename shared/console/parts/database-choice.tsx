import type { JSX } from 'preact';
import { useDatabases } from '../api/use-databases';
import { texts } from '../texts';
import { Choice } from './fields';

interface DatabaseChoiceProps {
  /** Of the field in a form, which begins with the first database. */
  readonly name?: string;
  /** What is chosen; default: the first. */
  readonly value?: string;
  /** One has to be chosen before anything is done: it begins with none. */
  readonly beginsWithNone?: boolean;
  readonly onChange?: (name: string) => void;
}

/** Which database; nothing where there is one only. */
export function DatabaseChoice({ name, value, beginsWithNone, onChange }: DatabaseChoiceProps): JSX.Element | null {
  const databases = useDatabases() ?? [];
  if (databases.length < 2) return null;
  const named = databases.map((database) => [database, database] as const);
  return (
    <Choice
      label={texts.database}
      {...(name === undefined ? {} : { name })}
      value={value ?? databases[0] ?? ''}
      options={beginsWithNone === true ? [['', texts.choose], ...named] : named}
      onChange={(chosen) => onChange?.(chosen)}
    />
  );
}
