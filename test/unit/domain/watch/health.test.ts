import { describe, expect, it } from '@jest/globals';
import type { CheckFacts } from '../../../../shared/domain/watch/check-facts';
import { assessHealth } from '../../../../shared/domain/watch/health';
import { nightlyEntry } from '../../../fixtures/catalog-entries';

const entry = nightlyEntry;
const fine: CheckFacts = {
  now: new Date('2026-11-23T12:00:00Z'),
  badSettings: [],
  policies: 'not-configured',
  copies: 'not-configured',
  databases: ['a'],
  catalog: [entry('a', '2026-11-23T02:00:00.000Z')],
  stateStorage: 'readable',
  role: 'all',
  lastTicks: { backup: new Date('2026-11-23T11:58:00Z'), recovery: undefined },
  freshnessMaxHours: 26,
  ...{ shrunken: new Set(), jobs: [], deadTickets: 0, retentionStops: [], verifiedReleases: new Map() },
  dumpAccount: { softDeleteDays: 14, usesKey: false },
  ...{ drills: null, servers: null, pitrMinDays: 7 },
};
const recent = new Date('2026-11-23T11:30:00Z');
const old = new Date('2026-11-23T11:29:59Z');
const status = (changes: Partial<CheckFacts>): string => {
  const { status: verdict, checks } = assessHealth({ ...fine, ...changes });
  return [verdict, ...checks.filter(({ state }) => state !== 'ok').map(({ name }) => name)].join(' ');
};

describe('health', () => {
  it('is ok with a fresh verified backup of every database', () => {
    expect(assessHealth(fine)).toMatchObject({ status: 'ok', newestVerifiedBackupAt: '2026-11-23T02:00:00.000Z' });
  });

  it.each([
    [{ catalog: [entry('a', '2026-11-22T09:59:00.000Z')] }, 'failing backup-freshness'],
    [{ catalog: [entry('a', '2026-11-22T10:01:00.000Z')] }, 'ok'],
    [
      { catalog: [entry('a', '2026-11-23T02:00:00.000Z', { state: 'damaged' })] },
      'failing backup-freshness damaged-backup',
    ],
    [{ catalog: [entry('a', '2026-11-23T02:00:00.000Z', { source: 'clone' })] }, 'failing backup-freshness'],
    [{ databases: ['a', 'b'] }, 'failing backup-freshness'],
    [{ databases: [] }, 'failing databases-configured'],
    [{ catalog: null }, 'failing dump-storage backup-freshness'],
    [{ stateStorage: 'unreadable' as const }, 'failing state-storage'],
    [{ lastTicks: { backup: old, recovery: undefined } }, 'degraded tick-timer'],
    [{ lastTicks: { backup: undefined, recovery: undefined } }, 'ok'],
    [{ lastTicks: { backup: recent, recovery: old } }, 'ok'],
    [{ role: 'backup' as const, lastTicks: { backup: recent, recovery: undefined } }, 'ok'],
    [{ role: 'backup' as const, lastTicks: { backup: recent, recovery: recent } }, 'ok'],
    [{ role: 'backup' as const, lastTicks: { backup: recent, recovery: old } }, 'degraded recovery-timer'],
    [{ role: 'recovery' as const, lastTicks: { backup: old, recovery: recent } }, 'degraded tick-timer'],
    [{ role: 'recovery' as const, lastTicks: { backup: undefined, recovery: old } }, 'degraded recovery-timer'],
    [{ jobs: null, deadTickets: null, retentionStops: null, dumpAccount: null }, 'ok'],
    [{ deadTickets: 1 }, 'degraded poison-queue'],
    [{ badSettings: ['TABLE_CHECKSUMS'] }, 'degraded settings'],
  ])('with %j is %s', (changes, expected) => {
    expect(status(changes)).toBe(expected);
  });

  it("gives the oldest among the databases' newest backups", () => {
    const catalog = [entry('b', '2026-11-23T03:00:00.000Z'), entry('a', '2026-11-23T02:00:00.000Z')];
    expect(assessHealth({ ...fine, databases: ['a', 'b'], catalog }).newestVerifiedBackupAt).toBe(
      '2026-11-23T02:00:00.000Z',
    );
  });
});
