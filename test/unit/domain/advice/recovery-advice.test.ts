import { describe, expect, it } from '@jest/globals';
import {
  type AdviceFacts,
  adviseRecovery,
  INCIDENTS,
  type Way,
  WAYS,
} from '../../../../shared/domain/advice/recovery-advice';
import {
  deletedPoints,
  dumpPoints,
  newestFirst,
  previousPoints,
  type RecoveryPoint,
} from '../../../../shared/domain/advice/recovery-points';
import { nightlyEntry } from '../../../fixtures/catalog-entries';

const yesterday = nightlyEntry('lifebook', '2026-11-24T02:00:00Z');
const lastNight = nightlyEntry('lifebook', '2026-11-25T02:00:00Z');
const beforeRelease = nightlyEntry('lifebook', '2026-11-25T11:50:00Z', { kind: 'pre-release', release: '1.42.0' });
const facts: AdviceFacts = {
  incident: 'data-loss',
  at: new Date('2026-11-25T12:00:00Z'),
  database: 'lifebook',
  catalog: [lastNight, yesterday],
  pitr: { earliest: '2026-11-18T12:00:00.000Z', latest: '2026-11-25T12:10:00.000Z' },
  ...{ missing: {}, confirm: null },
  measuredSeconds: { 'swap-dump': 90 },
};
const ranked = (changes: Partial<AdviceFacts>): Way[] => adviseRecovery({ ...facts, ...changes }).map(({ way }) => way);

describe('the runbook', () => {
  it('undoes a bad migration by the pre-release dump, when one is from just before', () => {
    const [first] = adviseRecovery({ ...facts, incident: 'bad-migration', catalog: [beforeRelease, lastNight] });
    expect(first).toEqual({
      way: 'swap-dump',
      why: 'a verified dump; the database of now stays beside it, so it can be undone',
      recoveryPoint: '2026-11-25T11:50:00.000Z',
      lossSeconds: 600,
      expectedSeconds: 90,
      sideEffects: ['needs room for the data twice; what was written after the snapshot is not in it'],
      missing: [],
      call: { method: 'POST', path: '/api/restores', body: { backupId: beforeRelease.backupId, mode: 'swap' } },
    });
  });

  it('undoes an accidental wipe by a point in time just before, when no dump is from just before', () => {
    const [first] = adviseRecovery(facts);
    expect(first).toMatchObject({
      ...{ way: 'pitr', recoveryPoint: '2026-11-25T11:59:59.000Z', lossSeconds: 1, expectedSeconds: null },
      call: {
        path: '/api/pitr-restores',
        body: { database: 'lifebook', pointInTime: '2026-11-25T11:59:59.000Z', then: 'keep' },
      },
    });
  });

  it('goes back to yesterday by the dump of that time', () => {
    const [first] = adviseRecovery({ ...facts, incident: 'other', at: new Date('2026-11-24T12:00:00Z') });
    expect(first).toMatchObject({ way: 'swap-dump', call: { body: { backupId: yesterday.backupId, mode: 'swap' } } });
  });

  it('answers a bad release by the version before it, without a database step', () => {
    const [first] = adviseRecovery({ ...facts, incident: 'bad-release' });
    expect(first).toMatchObject({ way: 'redeploy', recoveryPoint: null, lossSeconds: null, call: null });
  });

  it('answers a bad release whose migration ran by a dump from before it, and the version that matches', () => {
    const [, second] = adviseRecovery({ ...facts, incident: 'bad-release', catalog: [beforeRelease, lastNight] });
    expect(second).toMatchObject({
      ...{ way: 'swap-dump', call: { body: { backupId: beforeRelease.backupId } } },
      sideEffects: [expect.any(String), 'then redeploy the version that matches its schema'],
    });
  });

  it('answers one deleted blob by undelete', () => {
    expect(ranked({ incident: 'blob-deleted' })).toEqual(['undelete', 'reconcile']);
  });
});

describe('a way that cannot be gone now', () => {
  it.each([
    ['bad-migration', 'pitr', ['swap-dump', 'clean-dump', 'pitr']],
    ['bad-migration', 'swap-dump', ['pitr', 'swap-dump', 'clean-dump']],
    ['bad-migration', 'clean-dump', ['pitr', 'swap-dump', 'clean-dump']],
    ['data-loss', 'pitr', ['swap-dump', 'clean-dump', 'pitr']],
    ['data-loss', 'swap-dump', ['pitr', 'swap-dump', 'clean-dump']],
    ['data-loss', 'clean-dump', ['pitr', 'swap-dump', 'clean-dump']],
    ['bad-release', 'redeploy', ['pitr', 'swap-dump', 'clean-dump', 'redeploy']],
    ['bad-release', 'pitr', ['redeploy', 'swap-dump', 'clean-dump', 'pitr']],
    ['bad-release', 'swap-dump', ['redeploy', 'pitr', 'swap-dump', 'clean-dump']],
    ['bad-release', 'clean-dump', ['redeploy', 'pitr', 'swap-dump', 'clean-dump']],
    ['blob-deleted', 'undelete', ['reconcile', 'undelete']],
    ['blob-deleted', 'reconcile', ['undelete', 'reconcile']],
    ['other', 'swap-dump', ['pitr', 'swap-dump', 'clean-dump']],
    ['other', 'pitr', ['swap-dump', 'clean-dump', 'pitr']],
    ['other', 'clean-dump', ['swap-dump', 'pitr', 'clean-dump']],
  ] as const)('after a %s without %s lets the next one go first', (incident, way, expected) => {
    const advice = adviseRecovery({ ...facts, incident, missing: { [way]: ['not set up'] } });
    expect(advice.map((item) => item.way)).toEqual(expected);
    expect(advice.find((item) => item.way === way)?.missing).toEqual(['not set up']);
  });

  it('says why: no dump from before, a window that begins later, no point in time at all', () => {
    const missingOf = (way: Way, changes: Partial<AdviceFacts>): readonly string[] | undefined =>
      adviseRecovery({ ...facts, ...changes }).find((item) => item.way === way)?.missing;
    expect(missingOf('swap-dump', { catalog: [] })).toEqual(['there is no verified dump of lifebook from before']);
    expect(missingOf('swap-dump', { catalog: [{ ...lastNight, state: 'damaged' }] })).toHaveLength(1);
    expect(missingOf('pitr', { at: new Date('2026-11-01T00:00:00Z') })).toEqual([
      "the server's point-in-time window begins at 2026-11-18T12:00:00.000Z",
    ]);
    expect(missingOf('pitr', { at: new Date('2026-11-25T13:00:00Z') })).toEqual([
      "the server's point-in-time window ends at 2026-11-25T12:10:00.000Z",
    ]);
    expect(missingOf('pitr', { pitr: { reason: 'POSTGRES_SERVER is not set' } })).toEqual([
      'POSTGRES_SERVER is not set',
    ]);
  });

  it('never puts clean above swap, whatever is missing', () => {
    for (const incident of INCIDENTS) {
      for (let bits = 0; bits < 2 ** WAYS.length; bits++) {
        const missing = Object.fromEntries(WAYS.filter((_, index) => bits & (1 << index)).map((way) => [way, ['x']]));
        const ways = ranked({ incident, missing });
        expect(ways.indexOf('clean-dump')).toBeGreaterThanOrEqual(ways.indexOf('swap-dump'));
      }
    }
  });
});

describe('the call', () => {
  it('says the name of a guarded database, so that it can be sent as it stands', () => {
    const calls = adviseRecovery({ ...facts, confirm: 'lifebook' }).map(({ way, call }) => [way, call?.body]);
    expect(calls).toEqual([
      ['pitr', { database: 'lifebook', pointInTime: '2026-11-25T11:59:59.000Z', then: 'keep' }],
      ['swap-dump', { backupId: lastNight.backupId, mode: 'swap', confirm: 'lifebook' }],
      ['clean-dump', { backupId: lastNight.backupId, mode: 'clean', confirm: 'lifebook' }],
    ]);
  });

  it('goes to the dump before when the last one before the incident cannot be restored', () => {
    const catalog = [{ ...lastNight, state: 'damaged' as const }, yesterday];
    const swap = adviseRecovery({ ...facts, catalog }).find(({ way }) => way === 'swap-dump');
    expect(swap?.call?.body).toEqual({ backupId: yesterday.backupId, mode: 'swap' });
  });
});

describe('the timeline', () => {
  const moment = ({ kind, to, name = '' }: RecoveryPoint): string => `${kind} ${to} ${name}`.trim();

  it('has dumps that can be gone back to, and nothing that is marked or broken', () => {
    const catalog = [beforeRelease, { ...lastNight, state: 'damaged' as const }, yesterday];
    expect(dumpPoints(catalog).map(moment)).toEqual(['dump 2026-11-25T11:50:00.000Z', 'dump 2026-11-24T02:00:00.000Z']);
  });

  it('has the databases that were swapped out of the way of this one, as of then, and nobody elses', () => {
    const marked = (state: string, of: string): string =>
      JSON.stringify({ lifebookBackup: { jobId: 'j', state, of, since: '2026-11-25T09:10:07.000Z', comment: null } });
    const found = [
      { name: 'lifebook_before_20261125_091007', comment: marked('previous', 'lifebook') },
      { name: 'lifebook_undone_20261125_091007', comment: marked('undone', 'lifebook') },
      { name: 'other_before_20261125_091007', comment: marked('previous', 'other') },
      { name: 'lifebook_restore_1', comment: '{"lifebookBackup":{"jobId":"j","state":"restoring"}}' },
      { name: 'lifebook', comment: 'the live one' },
      { name: 'postgres', comment: null },
    ];
    expect(previousPoints('lifebook', 'lifebook', found)).toEqual([
      {
        ...{ kind: 'previous-database', database: 'lifebook', name: 'lifebook_before_20261125_091007', jobId: 'j' },
        ...{ from: '2026-11-25T09:10:07.000Z', to: '2026-11-25T09:10:07.000Z' },
      },
      expect.objectContaining({ name: 'lifebook_undone_20261125_091007' }),
    ]);
  });

  it('has what soft delete has, as one stretch of time for each container', () => {
    const gone = (
      container: string,
      deletedAt: string,
    ): { container: string; deletedAt: string; writtenAt: string } => ({
      ...{ container, deletedAt, writtenAt: '2026-11-01T00:00:00.000Z' },
    });
    const found = [gone('photos', '2026-11-24'), gone('audio', '2026-11-20'), gone('photos', '2026-11-22')];
    expect(deletedPoints(found, true)).toEqual([
      { kind: 'deleted-blobs', name: 'photos', from: '2026-11-22', to: '2026-11-24', count: 2, hasMore: true },
      { kind: 'deleted-blobs', name: 'audio', from: '2026-11-20', to: '2026-11-20', count: 1, hasMore: true },
    ]);
  });

  it('has the newest first; a stretch of time stands where it ends', () => {
    const point = (kind: RecoveryPoint['kind'], from: string, to = from): RecoveryPoint => ({
      ...{ kind, database: 'lifebook', from, to },
    });
    const points = [
      point('dump', '2026-11-24'),
      point('clone', '2026-11-20'),
      point('pitr-window', '2026-11-18', '2026-11-25'),
    ];
    expect(newestFirst(points).map(moment)).toEqual(['pitr-window 2026-11-25', 'dump 2026-11-24', 'clone 2026-11-20']);
  });
});
