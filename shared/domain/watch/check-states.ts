import type { CheckFacts } from './check-facts';
import { CHECK_NAMES, type CheckName, checkTable } from './checks';

/** The state of one check, of one database where it is about one. */
export interface CheckState {
  readonly name: CheckName;
  readonly database?: string | undefined;
  /** `unknown`: it could not be looked at yet. */
  readonly state: 'ok' | 'failing' | 'unknown';
  /** ISO 8601 UTC: when it turned to this state. */
  readonly since: string;
  readonly detail?: string | undefined;
}

export interface CheckChanges {
  readonly states: readonly CheckState[];
  /** Turned to failing, and back; `since` of a recovered one is when it began to fail. */
  readonly failed: readonly CheckState[];
  readonly recovered: readonly CheckState[];
}

const keyOf = ({ name, database }: Pick<CheckState, 'name' | 'database'>): string => `${name} ${database ?? ''}`;

/**
 * What the checks of these names say now, against what they said before: a state keeps its `since` while it lasts, and what
 * cannot be looked at now stays as it was, as does every other check. A failing check of a database that is no longer
 * configured has recovered.
 */
export function lookAtChecks(
  before: readonly CheckState[],
  facts: CheckFacts,
  names: readonly CheckName[] = CHECK_NAMES,
): CheckChanges {
  const known = new Map(before.map((state) => [keyOf(state), state]));
  const states = CHECK_NAMES.flatMap((name) =>
    names.includes(name) ? statesOf(name, facts, before, known) : before.filter((state) => state.name === name),
  );
  const isFailing = (state: CheckState | undefined): boolean => state?.state === 'failing';
  const now = new Map(states.map((state) => [keyOf(state), state]));
  return {
    states,
    failed: states.filter((state) => isFailing(state) && !isFailing(known.get(keyOf(state)))),
    recovered: before.filter((state) => isFailing(state) && !isFailing(now.get(keyOf(state)))),
  };
}

function statesOf(
  name: CheckName,
  facts: CheckFacts,
  before: readonly CheckState[],
  known: ReadonlyMap<string, CheckState>,
): CheckState[] {
  const at = facts.now.toISOString();
  const findings = checkTable[name].look(facts);
  if (findings === null) {
    const last = before.filter((state) => state.name === name);
    return last.length > 0 ? last : [{ name, state: 'unknown', since: at }];
  }
  return findings.map(({ database, isOk, detail }): CheckState => {
    const state = isOk ? 'ok' : 'failing';
    const last = known.get(keyOf({ name, database }));
    const since = last?.state === state ? last.since : at;
    return { name, ...(database === undefined ? {} : { database }), state, since, ...(isOk ? {} : { detail }) };
  });
}
