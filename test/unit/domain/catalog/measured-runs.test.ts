import { expect, it } from '@jest/globals';
import type { JobRecord } from '../../../../shared/domain/jobs/job';
import { measuredSeconds } from '../../../../shared/domain/catalog/measured-runs';

const run = (kind: string, minutes: number, changes: object = {}): JobRecord =>
  ({
    ...{ kind, state: 'succeeded', request: {}, startedAt: '2026-11-20T10:00:00.000Z' },
    finishedAt: new Date(Date.parse('2026-11-20T10:00:00.000Z') + minutes * 60_000).toISOString(),
    ...changes,
  }) as unknown as JobRecord;

it('expects of each way the median of its own runs that succeeded', () => {
  const records = [
    ...[run('restore', 2), run('restore', 30), run('restore', 3), run('restore', 1, { state: 'failed' })],
    ...[run('restore', 9, { request: { mode: 'clean' } }), run('pitr-restore', 20), run('backup', 1)],
  ];
  expect(measuredSeconds(records)).toEqual({ 'swap-dump': 180, 'clean-dump': 540, pitr: 1200 });
});
