import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CatalogEntry } from '../../../../shared/domain/catalog/catalog';
import {
  planRetention,
  type RetentionFacts,
  type RetentionPolicy,
} from '../../../../shared/domain/retention/retention';
import { applyPlan } from '../../../fixtures/retention/apply-plan';
import { historyOf, NOW, policyOf, shorterPolicy } from '../../../fixtures/retention/random-history';

const HISTORIES = 100_000;
const number = fc.nat();

const isPast = (entry: CatalogEntry): boolean => entry.snapshotAt <= NOW.toISOString();

/** Written without the code under test: what the floor may count. */
const mayCount = (entry: CatalogEntry, facts: RetentionFacts): boolean =>
  entry.isIntact &&
  entry.source === 'live' &&
  entry.manifestVersion === 1 &&
  isPast(entry) &&
  !facts.shrunken.has(entry.backupId ?? '');

/** The newest ones: several where they have the same time. */
function newest(entries: readonly CatalogEntry[]): CatalogEntry[] {
  const last = entries.reduce((latest, { snapshotAt }) => (snapshotAt > latest ? snapshotAt : latest), '');
  return entries.filter(({ snapshotAt }) => snapshotAt === last);
}

/** The names of the promises that a plan breaks, and how many backups it marks. */
function judge(
  facts: RetentionFacts,
  policy: RetentionPolicy,
  shorter: RetentionPolicy,
): { broken: string[]; marked: number } {
  const plan = planRetention(facts, policy);
  const [expire, kept] = [new Set(plan.expire), new Set<string>()];
  for (const item of plan.items) if (item.decision === 'keep') kept.add(item.backupId);
  const after = applyPlan(facts.catalog, plan);
  const names: string[] = [];
  const promise = (name: string, isKept: boolean): void => {
    if (!isKept) names.push(name);
  };

  for (const database of ['a', 'b', 'b-2']) {
    const ofDatabase = facts.catalog.filter((entry) => entry.database === database);
    const counted = ofDatabase.filter((entry) => mayCount(entry, facts));
    const left = after.filter((entry) => entry.database === database && mayCount(entry, facts));
    const unmarked = left.filter(({ state }) => state === 'verified').length;
    promise('floor', unmarked >= Math.min(policy.minVerified, counted.length));
    const usable = ofDatabase.filter((entry) => entry.isIntact && entry.manifestVersion === 1 && isPast(entry));
    promise('newest', usable.length === 0 || !newest(usable).every(({ backupId }) => expire.has(backupId ?? '')));
    const before = ofDatabase.filter(({ state }) => state === 'verified').length + plan.lift.length;
    const expired = ofDatabase.filter(({ backupId }) => expire.has(backupId ?? '')).length;
    promise('share', expired <= before * policy.expireMaxShare);
  }
  for (const entry of facts.catalog) {
    const marks = expire.has(entry.backupId ?? '');
    promise('held', !marks || entry.hold === 'none');
    promise('foreign', entry.state !== 'foreign' || !plan.items.some(({ backupId }) => backupId === entry.backupId));
    promise('damaged', !marks || (entry.state !== 'damaged' && entry.state !== 'missing'));
    const isWaiting = entry.release !== null && !facts.verifiedReleases.has(entry.release);
    promise('unverified release', !marks || !isWaiting);
  }
  const short = planRetention(facts, shorter);
  promise('monotone', !short.items.some(({ backupId, decision }) => decision === 'keep' && !kept.has(backupId)));
  const again = planRetention({ ...facts, catalog: after }, policy);
  promise('idempotent', again.expire.length + again.lift.length === 0);
  return { broken: names, marked: expire.size };
}

describe('retention', () => {
  it(`keeps every promise in ${HISTORIES.toLocaleString('en')} random histories`, () => {
    let withMarks = 0;
    fc.assert(
      fc.property(fc.array(number, { maxLength: 15, size: 'max' }), number, number, number, (backups, ...choices) => {
        const policy = policyOf(choices[0]);
        const { broken, marked } = judge(historyOf(backups, choices[1]), policy, shorterPolicy(policy, choices[2]));
        if (marked > 0) withMarks += 1;
        if (broken.length > 0) throw new Error(`broken: ${broken.join(', ')}`);
      }),
      { numRuns: HISTORIES },
    );
    // the promises would be empty if nothing ever expired
    expect(withMarks).toBeGreaterThan(HISTORIES / 10);
  });
});
