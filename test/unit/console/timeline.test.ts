import { describe, expect, it } from '@jest/globals';
import type { Job } from '../../../shared/console/api/answers';
import { lanesOf } from '../../../shared/console/pages/timeline/lanes';
import { firstLength, shift, tickLabel, ticks, zoom } from '../../../shared/console/pages/timeline/scale';

const at = (iso: string): number => Date.parse(iso);
const DAY = { fromMs: at('2026-11-25T00:00:00Z'), toMs: at('2026-11-26T00:00:00Z') };

describe('the axis', () => {
  it('keeps the moment under the pointer where it is while it zooms, and stops at ten minutes', () => {
    const near = zoom(DAY, 0.5, at('2026-11-25T06:00:00Z'));
    expect(near).toEqual({ fromMs: at('2026-11-25T03:00:00Z'), toMs: at('2026-11-25T15:00:00Z') });
    const nearest = zoom(DAY, 1e-9, DAY.fromMs);
    expect(nearest).toEqual({ fromMs: DAY.fromMs, toMs: at('2026-11-25T00:10:00Z') });
  });

  it('moves by a share of what it shows', () => {
    expect(shift(DAY, -0.5)).toEqual({ fromMs: at('2026-11-24T12:00:00Z'), toMs: at('2026-11-25T12:00:00Z') });
  });

  it('first reaches back to the oldest that there is, and no farther than asked', () => {
    const [hour, week] = [3_600_000, 7 * 24 * 3_600_000];
    expect(firstLength(DAY.fromMs, DAY.fromMs + 2 * hour, week)).toBe(3 * hour);
    expect(firstLength(DAY.fromMs, DAY.fromMs + 30 * week, week)).toBe(week);
    expect(firstLength(DAY.fromMs, DAY.fromMs + 1, week)).toBe(hour / 6);
    // nothing at all, or nothing that is older
    expect(firstLength(Infinity, DAY.fromMs, week)).toBe(week);
    expect(firstLength(DAY.toMs, DAY.fromMs, week)).toBe(week);
  });

  it('writes round moments, as many as there is room for', () => {
    const written = ticks(DAY, 4);
    expect(written.map((ms) => tickLabel(ms, DAY))).toEqual([
      '11-25 00:00',
      '11-25 06:00',
      '11-25 12:00',
      '11-25 18:00',
      '11-26 00:00',
    ]);
  });
});

describe('the lanes', () => {
  const swap = {
    ...{ jobId: 'job-1', kind: 'restore', state: 'succeeded', finishedAt: '2026-11-25T03:00:00.000Z' },
    result: { previousDatabase: 'family_before', switchedAt: '2026-11-25T02:59:00.000Z', warnings: [] },
  } as unknown as Job;

  it('show a database that was swapped out at the moment of the switch, and lead to its job', () => {
    expect(lanesOf({ points: [], backups: [], jobs: [swap] })).toEqual([
      {
        name: 'previous-database',
        marks: [
          {
            ...{ fromMs: at('2026-11-25T02:59:00Z'), toMs: at('2026-11-25T02:59:00Z'), label: 'family_before' },
            ...{ lane: 'previous-database', path: ['jobs', 'job-1'] },
          },
        ],
      },
    ]);
  });

  it('tell how many blobs of a container soft delete has, and lead to the list that brings them back', () => {
    const points = [
      {
        ...{ kind: 'deleted-blobs' as const, name: 'photos', count: 1000, hasMore: true },
        ...{ from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' },
      },
    ];
    expect(lanesOf({ points, backups: [], jobs: [] })).toEqual([
      {
        name: 'deleted-blobs',
        marks: [
          {
            ...{ fromMs: at('2026-11-24T00:00:00Z'), toMs: at('2026-11-25T00:00:00Z') },
            ...{ label: 'photos: more than 1000 deleted or overwritten' },
            ...{ path: ['recover', 'undelete'], query: { container: 'photos' } },
          },
        ],
      },
    ]);
  });

  it('keep a kind that the page does not know, after those that it knows', () => {
    const moment = '2026-11-25T02:00:00.000Z';
    const point = { database: 'family', from: moment, to: moment };
    const points = [
      { ...point, kind: 'moon' as 'dump' },
      { ...point, kind: 'pitr-window' as const },
    ];
    expect(lanesOf({ points, backups: [], jobs: [] }).map(({ name }) => name)).toEqual(['pitr-window', 'moon']);
  });
});
