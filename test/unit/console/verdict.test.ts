import { describe, expect, it } from '@jest/globals';
import type { Check } from '../../../shared/console/api/answers';
import { failingChecks, verdictOf } from '../../../shared/console/pages/overview/verdict';

const check = (changes: Partial<Check>): Check => ({
  ...{ name: 'settings', state: 'ok', severity: 'degraded', since: '2026-11-25T02:00:00.000Z', hint: 'do this' },
  ...changes,
});
const LATE = check({ name: 'backup-freshness', state: 'failing', severity: 'failing' });
const BAD_SETTING = check({ state: 'failing', since: '2026-11-20T02:00:00.000Z' });

describe('the verdict', () => {
  it('is unknown before the checks were read, and safe when none fails', () => {
    expect(verdictOf(undefined)).toBeUndefined();
    expect(verdictOf([check({}), check({ state: 'unknown' })])).toEqual({ level: 'safe' });
  });

  it('names the most severe check first, however long a lesser one has failed', () => {
    expect(verdictOf([BAD_SETTING, LATE])).toEqual({ level: 'danger', worst: LATE, others: 1 });
    expect(verdictOf([BAD_SETTING])).toEqual({ level: 'attention', worst: BAD_SETTING, others: 0 });
  });

  it('lists of two equally severe checks the one that has failed longer first', () => {
    const newer = check({ state: 'failing', name: 'retention' });
    expect(failingChecks([newer, check({}), BAD_SETTING])).toEqual([BAD_SETTING, newer]);
  });
});
