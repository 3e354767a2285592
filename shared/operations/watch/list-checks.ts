import { lookAtChecks, type CheckState } from '../../domain/watch/check-states';
import { checkTable } from '../../domain/watch/checks';
import type { Systems } from '../../systems/systems';
import { type CheckNeeds, gatherCheckFacts } from './gather-check-facts';

export interface ListedCheck extends CheckState {
  /** What it makes of /health while it fails. */
  readonly severity: 'degraded' | 'failing';
  readonly hint: string;
}

export interface ListedChecks {
  readonly items: readonly ListedCheck[];
  /** What the age of the newest verified backup is held against. */
  readonly freshnessMaxHours: number;
}

/**
 * Every check as it is now, since when by what the watch saw. Changes nothing and tells nobody.
 *
 * @param maxAgeMs how old the catalog may be (`readWholeCatalog`)
 */
export async function listChecks(
  systems: CheckNeeds & Pick<Systems, 'checkStates'>,
  maxAgeMs = 0,
): Promise<ListedChecks> {
  const facts = await gatherCheckFacts(systems, maxAgeMs);
  const { states } = await systems.checkStates.read();
  const items = lookAtChecks(states, facts).states.map((state) => ({
    ...state,
    severity: checkTable[state.name].severity,
    hint: checkTable[state.name].hint,
  }));
  return { items, freshnessMaxHours: facts.freshnessMaxHours };
}
