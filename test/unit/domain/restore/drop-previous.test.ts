import { describe, expect, it } from '@jest/globals';
import { writeMarker } from '../../../../shared/domain/restore/database-marker';
import { type DropFacts, overdueSwap, whyKept } from '../../../../shared/domain/restore/drop-previous';

const JOB = '20261122T100000Z-0000000a';
const since = '2026-11-22T10:00:00.000Z';
const marker = (jobId = JOB): string =>
  writeMarker({ jobId, state: 'previous', of: 'app', since, comment: 'the one that was live' });
const FACTS: DropFacts = {
  ...{ now: new Date('2026-11-25T10:00:00Z'), keepHours: 72, configuredNames: ['app', 'postgres'], inUse: [] },
  swappedOut: { swapJobId: JOB, oid: 7, name: 'app_before' },
  found: { name: 'app_before', comment: marker() },
};

describe('a swapped-out database', () => {
  it('goes when its time is over and nothing speaks for it', () => {
    expect(whyKept(FACTS)).toEqual([]);
  });

  it.each<[string, Partial<DropFacts>, string]>([
    [
      'a millisecond before its time',
      { now: new Date('2026-11-25T09:59:59.999Z') },
      'PREVIOUS_DATABASE_KEEP_HOURS (72) is not over',
    ],
    [
      'when its time cannot be read',
      { found: { name: 'app_before', comment: marker().replace(since, 'long ago') } },
      'PREVIOUS_DATABASE_KEEP_HOURS (72) is not over',
    ],
    [
      'without a comment',
      { found: { name: 'app_before', comment: null } },
      'its comment no longer says that it was swapped out by that job',
    ],
    [
      'with the comment of another swap',
      { found: { name: 'app_before', comment: marker('20261122T110000Z-0000000b') } },
      'its comment no longer says that it was swapped out by that job',
    ],
    ['under another name', { found: { name: 'app_old', comment: marker() } }, 'it is called "app_old" now'],
    ['when a configured URL names it', { configuredNames: ['app', 'app_before'] }, 'a configured URL names it'],
    [
      'when the configured URLs cannot be read',
      { configuredNames: null },
      'the configured URLs cannot all be read, and one may name it',
    ],
    ['while it is in use', { inUse: ['anna (pid 4)'] }, 'in use: anna (pid 4)'],
  ])('stays %s', (_when, changes, reason) => {
    expect(whyKept({ ...FACTS, ...changes })).toEqual([reason]);
  });

  it('tells every reason at once', () => {
    const changes = { now: new Date('2026-11-22T11:00:00Z'), configuredNames: null, inUse: ['a', 'b'] };
    expect(whyKept({ ...FACTS, ...changes })).toHaveLength(4);
  });
});

describe('what tick asks about each database', () => {
  const at = (time: string): Date => new Date(time);

  it('is whether a swap put it aside, and its time is over', () => {
    expect(overdueSwap(marker(), 72, at('2026-11-25T10:00:00Z'))).toBe(JOB);
    expect(overdueSwap(marker(), 72, at('2026-11-25T09:59:59Z'))).toBeUndefined();
    expect(
      overdueSwap(writeMarker({ jobId: JOB, state: 'restoring' }), 72, at('2027-01-01T00:00:00Z')),
    ).toBeUndefined();
    expect(overdueSwap('a comment of theirs', 72, at('2027-01-01T00:00:00Z'))).toBeUndefined();
  });
});
