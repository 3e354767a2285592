import { describe, expect, it } from '@jest/globals';
import { markRelease, type ReleaseMark, type ReleaseRecord } from '../../../../shared/domain/releases/release-record';

const MARK: ReleaseMark = {
  ...{ version: '1.42.0', commit: 'abc', at: '2026-11-25T12:00:00.000Z', by: 'pipeline' },
  ...{ databases: ['lifebook'], isRolledBack: false },
};
const MARKED: ReleaseRecord = {
  ...{ version: '1.42.0', commit: 'abc', verifiedAt: '2026-11-25T12:00:00.000Z', verifiedBy: 'pipeline' },
  ...{ databases: ['lifebook'], runningSince: '2026-11-25T12:00:00.000Z' },
};
const LATER = { ...MARK, at: '2026-11-27T12:00:00.000Z', by: 'anna' };

describe('a release that is marked as verified', () => {
  it('runs since then', () => {
    expect(markRelease(undefined, MARK, undefined)).toEqual(MARKED);
  });

  it('stays as it was when the call is repeated, also while an older release is known', () => {
    expect(markRelease(MARKED, LATER, undefined)).toEqual(MARKED);
    expect(markRelease(MARKED, LATER, '2026-11-20T12:00:00.000Z')).toEqual(MARKED);
  });

  it('runs again since now when another one was marked in between; the first time stays', () => {
    expect(markRelease(MARKED, LATER, '2026-11-26T12:00:00.000Z')).toEqual({
      ...{ ...MARKED, runningSince: '2026-11-27T12:00:00.000Z' },
    });
  });

  it('runs no longer once it was rolled back, until it is marked again', () => {
    const taken = markRelease(MARKED, { ...LATER, isRolledBack: true }, undefined);
    expect(taken).toEqual({ ...MARKED, runningSince: null });
    expect(markRelease(taken, LATER, undefined).runningSince).toBe('2026-11-27T12:00:00.000Z');
  });

  it('takes on databases whose dumps name it later, and keeps a commit that is not told again', () => {
    const { commit: _commit, ...mark } = { ...LATER, databases: ['eu-west', 'lifebook'] };
    expect(markRelease(MARKED, mark, undefined)).toEqual({ ...MARKED, databases: ['eu-west', 'lifebook'] });
  });
});
