import type { Check } from '../../api/answers';

export type Verdict =
  | { readonly level: 'safe' }
  | { readonly level: 'attention' | 'danger'; readonly worst: Check; readonly others: number };

/** What the failing checks come to, in one word and the worst of them; undefined: nothing is known yet. */
export function verdictOf(checks: readonly Check[] | undefined): Verdict | undefined {
  if (checks === undefined) return undefined;
  const failing = failingChecks(checks);
  const [worst] = failing;
  if (worst === undefined) return { level: 'safe' };
  return { level: worst.severity === 'failing' ? 'danger' : 'attention', worst, others: failing.length - 1 };
}

/** The most severe first, then the longest. */
export function failingChecks(checks: readonly Check[]): Check[] {
  const weight = ({ severity }: Check): number => (severity === 'failing' ? 0 : 1);
  return checks
    .filter(({ state }) => state === 'failing')
    .sort((one, other) => weight(one) - weight(other) || Date.parse(one.since) - Date.parse(other.since));
}
