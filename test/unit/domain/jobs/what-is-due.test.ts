import { describe, expect, it } from '@jest/globals';
import type { JobRecord } from '../../../../shared/domain/jobs/job';
import { type DueFacts, whatIsDue } from '../../../../shared/domain/jobs/what-is-due';

const now = new Date('2026-11-23T12:00:00Z');
const done = (day: string, hour: string): DueFacts['lastDone'] => ({
  ...{ 'expire-backups': new Date(day), 'verify-again': new Date(day), 'report-checks': new Date(day) },
  'compare-policies': new Date(day),
  ...{ 'mend-catalog': new Date(hour), 'request-copies': new Date(hour) },
  ...{ watch: new Date(hour), 'watch-drills': new Date(hour), 'drop-previous': new Date(hour) },
});
const nothing: DueFacts = {
  now,
  role: 'all',
  unfinishedAndRecent: [],
  deadJobIds: new Set(),
  nightlies: [],
  sweepAfterMs: 600_000,
  lastDone: done('2026-11-23T00:00:00Z', '2026-11-23T12:00:00Z'),
};

function job(changes: Partial<JobRecord>): JobRecord {
  return {
    recordVersion: 1,
    jobId: '20261123T110000Z-a',
    kind: 'backup',
    database: 'lifebook',
    state: 'queued',
    requestedBy: 'x',
    requestedAt: '2026-11-23T11:00:00.000Z',
    ticketDueAt: '2026-11-23T11:00:00.000Z',
    attempt: 0,
    progress: { phase: 'queued' },
    request: {},
    phasesDone: {},
    notes: {},
    kills: {},
    givenBack: 0,
    retries: 0,
    ...changes,
  };
}
const due = (facts: Partial<DueFacts>): string[] =>
  whatIsDue({ ...nothing, ...facts }).map((item) => {
    const subject = 'jobId' in item ? item.jobId : 'duty' in item ? item.duty : item.database;
    return `${item.do} ${subject}`;
  });

const ALL_DUTIES = [
  ...['mend-catalog', 'expire-backups', 'verify-again', 'compare-policies', 'request-copies'],
  ...['watch', 'watch-drills', 'drop-previous', 'report-checks'],
];

describe('what is due', () => {
  it('is nothing when all is well', () => {
    expect(due({ unfinishedAndRecent: [job({ ticketDueAt: '2026-11-23T11:55:00.000Z' })] })).toEqual([]);
  });

  it('announces a queued job again whose ticket nobody took', () => {
    expect(due({ unfinishedAndRecent: [job({})] })).toEqual(['announce-again 20261123T110000Z-a']);
  });

  it('announces a running job again when nobody holds its lock', () => {
    const running = job({ state: 'running' });
    expect(due({ unfinishedAndRecent: [running] })).toEqual([]);
    expect(due({ unfinishedAndRecent: [running], deadJobIds: new Set([running.jobId]) })).toHaveLength(1);
  });

  it('is, of jobs, only what the app runs, and in a recovery app no night', () => {
    const facts = {
      unfinishedAndRecent: [job({}), job({ jobId: '20261123T110000Z-b', kind: 'restore' })],
      nightlies: [{ database: 'lifebook', scheduledAt: new Date('2026-11-23T02:00:00Z'), jobExists: false }],
      lastDone: {},
    };
    expect(due({ ...facts, role: 'recovery' })).toEqual([
      ...['announce-again 20261123T110000Z-b', 'duty watch-drills', 'duty drop-previous'],
    ]);
    expect(due({ ...facts, role: 'backup' }).slice(0, 2)).toEqual([
      'announce-again 20261123T110000Z-a',
      'start-missed-nightly lifebook',
    ]);
  });

  it('files a job away a day after its end', () => {
    const ended = (finishedAt: string): JobRecord => job({ state: 'failed', finishedAt });
    expect(due({ unfinishedAndRecent: [ended('2026-11-22T11:59:00.000Z')] })).toEqual(['file-away 20261123T110000Z-a']);
    expect(due({ unfinishedAndRecent: [ended('2026-11-22T12:01:00.000Z')] })).toEqual([]);
  });

  it.each([
    ['2026-11-23T02:00:00Z', false, ['start-missed-nightly lifebook']],
    ['2026-11-23T02:00:00Z', true, []],
    ['2026-11-23T11:55:00Z', false, []],
    ['2026-11-17T02:00:00Z', false, ['start-missed-nightly lifebook']],
    ['2026-11-15T02:00:00Z', false, []],
  ])('for a nightly of %s with a job: %s is %p', (scheduledAt, jobExists, expected) => {
    expect(due({ nightlies: [{ database: 'lifebook', scheduledAt: new Date(scheduledAt), jobExists }] })).toEqual(
      expected,
    );
  });

  it.each([
    ['never', undefined, ALL_DUTIES],
    ['yesterday', '2026-11-22T23:59:59Z', ALL_DUTIES],
    [
      'an hour ago',
      '2026-11-23T11:00:00Z',
      ['mend-catalog', 'request-copies', 'watch', 'watch-drills', 'drop-previous'],
    ],
    ['this hour', '2026-11-23T12:00:00Z', []],
    ['by a clock a year ahead', '2027-11-23T12:00:00Z', ALL_DUTIES],
  ])('does the duties that are due when all were done %s', (_when, last, expected) => {
    const lastDone = last === undefined ? {} : done(last, last);
    expect(due({ lastDone })).toEqual(expected.map((duty) => `duty ${duty}`));
  });
});
