import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { CatalogEntry } from '../../../../shared/domain/catalog/catalog';
import {
  planRetention,
  type RetentionFacts,
  type RetentionPolicy,
} from '../../../../shared/domain/retention/retention';
import { nightlyEntry } from '../../../fixtures/catalog-entries';

const DAY_MS = 24 * 3600 * 1000;
const now = new Date('2026-11-25T12:00:00Z');
const DEFAULTS: RetentionPolicy = {
  ...{ nightlyDays: 30, weekly: 0, monthly: 0, preReleaseDays: 30, manualDays: 30, safetyDays: 14 },
  ...{ minVerified: 3, expireMaxShare: 1 },
};
const daysAgo = (days: number, changes: Partial<CatalogEntry> = {}): CatalogEntry =>
  nightlyEntry('lifebook', new Date(now.getTime() - days * DAY_MS - 10 * 3600 * 1000).toISOString(), changes);
const nights = (from: number, to: number): CatalogEntry[] =>
  Array.from({ length: to - from }, (_, index) => daysAgo(from + index));
const ids = (entries: readonly CatalogEntry[]): ReadonlySet<string> =>
  new Set(entries.map(({ backupId }) => backupId ?? ''));

const release = (days: number, version: string): CatalogEntry =>
  daysAgo(days, { kind: 'pre-release', release: version, backupId: `lifebook_before_${version}` });

/** The usual policies on usual histories. `UPDATE_GOLDEN=1` writes the files; read them before committing. */
const CASES: Readonly<Record<string, { facts: Partial<RetentionFacts>; policy?: Partial<RetentionPolicy> }>> = {
  'thirty-days': { facts: { catalog: nights(0, 34) } },
  'grandfather-father-son': { facts: { catalog: nights(0, 200) }, policy: { nightlyDays: 7, weekly: 4, monthly: 6 } },
  'after-an-outage': { facts: { catalog: nights(40, 46) } },
  'a-shrunken-fortnight': {
    facts: { catalog: nights(0, 40), shrunken: ids(nights(0, 14)) },
    policy: { nightlyDays: 5 },
  },
  releases: {
    facts: {
      catalog: [release(1, '1.45'), release(40, '1.44'), release(60, '1.43'), release(90, '1.42'), ...nights(0, 3)],
      verifiedReleases: new Map([
        ['1.43', '2026-11-01T00:00:00.000Z'],
        ['1.42', '2026-09-01T00:00:00.000Z'],
      ]),
    },
  },
  'all-kinds-and-states': {
    facts: {
      catalog: [
        ...nights(0, 3),
        daysAgo(20, { kind: 'safety', backupId: 'lifebook_safety' }),
        daysAgo(20, { kind: 'manual', backupId: 'lifebook_manual' }),
        daysAgo(900, { kind: 'manual', source: 'adopted', backupId: 'lifebook_adopted', finishedAt: '2026-11-20' }),
        daysAgo(35, { hold: 'held', backupId: 'lifebook_held' }),
        daysAgo(36, { state: 'damaged', isIntact: false, backupId: 'lifebook_damaged' }),
        daysAgo(37, { state: 'missing', isIntact: false, backupId: 'lifebook_missing' }),
        daysAgo(38, { state: 'expired', isIntact: false, backupId: 'lifebook_gone' }),
        daysAgo(20, { state: 'expired', backupId: 'lifebook_marked_too_early' }),
        daysAgo(-1, { backupId: 'lifebook_of_tomorrow' }),
        daysAgo(50, { manifestVersion: 2, backupId: 'lifebook_of_a_newer_app' }),
        daysAgo(60, { backupId: null, kind: null, database: null, state: 'foreign', isIntact: false }),
      ],
    },
  },
};

it.each(Object.keys(CASES))('decides as written down: %s', (name) => {
  const { facts, policy } = CASES[name] ?? { facts: {} };
  const plan = planRetention(
    { now, catalog: [], shrunken: new Set(), verifiedReleases: new Map(), ...facts },
    { ...DEFAULTS, ...policy },
  );
  const lines = plan.items.map(({ backupId, decision, reasons }) =>
    [backupId.padEnd(32), decision.padEnd(6), reasons.join(', ')].join('  '),
  );
  const text = `${lines.join('\n')}\nmarks ${plan.expire.length}, lifts ${plan.lift.length}\n`;
  const file = join(__dirname, 'retention-golden', `${name}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});
