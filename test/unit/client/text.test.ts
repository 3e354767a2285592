import { describe, expect, it } from '@jest/globals';
import { bar, outline, table } from '../../../shared/client/text';

describe('an answer on the screen', () => {
  it('is an outline in words, without what is absent or empty', () => {
    const lines = outline({
      ...{ previousDatabase: 'old', sizeBytes: 7_200_000, lossSeconds: 300, isShrunken: false, hold: null, tables: [] },
      renames: [{ from: 'a', to: 'b' }],
      steps: ['one'],
      space: { freeBytes: 12 },
      call: { method: 'POST', path: '/api/restores', body: { backupId: 'x' } },
    });
    expect(lines).toEqual([
      ...['previous database  old', 'size               7.2 MB', 'loss               5 min'],
      ...['is shrunken        no', 'renames:', '  - from  a', '    to    b', 'steps:', '  - one'],
      ...['space:', '  free  12 bytes', 'call               POST /api/restores {"backupId":"x"}'],
    ]);
  });

  it('is a table where it is a list', () => {
    expect(table([{ jobId: 'a', state: 'running' }, { jobId: 'bcd' }], ['jobId', 'state'])).toEqual([
      ...['job id  state', 'a       running', 'bcd     –'],
    ]);
  });

  it('moves no cursor, whatever a database is called', () => {
    expect(outline({ database: '\u001b[2Jfamily\u0007\u009b' })).toEqual(['database  ?[2Jfamily??']);
  });

  it('has a bar that fills, or wanders where nobody knows how much there is', () => {
    expect(bar(0.5, 0)).toBe('████████████░░░░░░░░░░░░');
    expect(bar(undefined, 0)).toBe('█████░░░░░░░░░░░░░░░░░░░');
    expect(bar(undefined, 240)).toBe('░░█████░░░░░░░░░░░░░░░░░');
    for (const elapsedMs of [500, 3_000, 60_000]) expect(bar(undefined, elapsedMs)).toHaveLength(24);
  });
});
