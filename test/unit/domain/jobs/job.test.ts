import { describe, expect, it } from '@jest/globals';
import { decideClaim, type JobRecord, publicJob } from '../../../../shared/domain/jobs/job';
import { isJobId, monthOfJob, newJobId, nightlyJobId } from '../../../../shared/domain/jobs/job-id';

const now = new Date('2026-11-23T02:00:30Z');
const queued: JobRecord = {
  recordVersion: 1,
  jobId: '20261123T020000Z-nightly-lifebook',
  kind: 'backup',
  database: 'lifebook',
  state: 'queued',
  requestedBy: 'timer:nightlyBackup',
  requestedAt: '2026-11-23T02:00:00.000Z',
  ticketDueAt: '2026-11-23T02:00:00.000Z',
  attempt: 0,
  progress: { phase: 'queued' },
  request: { kind: 'nightly' },
  phasesDone: {},
  notes: {},
  kills: {},
  givenBack: 0,
  retries: 0,
};

describe('a claim', () => {
  it('starts a queued job', () => {
    const decision = decideClaim({ ...queued, waitingFor: 'another' }, 'me', now);
    expect(decision.next).toBe('run');
    expect(decision.record).toMatchObject({ state: 'running', attempt: 1, owner: 'me', kills: {} });
    expect(decision.record.startedAt).toBe('2026-11-23T02:00:30.000Z');
    expect(decision.record).not.toHaveProperty('waitingFor');
  });

  it('takes over from a worker that died, and counts that against the phase', () => {
    const running: JobRecord = {
      ...queued,
      state: 'running',
      attempt: 1,
      owner: 'dead',
      progress: { phase: 'verify' },
    };
    const decision = decideClaim(running, 'me', now);
    expect(decision).toMatchObject({ next: 'run', record: { attempt: 2, owner: 'me', kills: { verify: 1 } } });
  });

  it('gives up after the second death in the same phase, not after one in each of two', () => {
    const running: JobRecord = { ...queued, state: 'running', kills: { dump: 1 }, progress: { phase: 'dump' } };
    expect(decideClaim(running, 'me', now).next).toBe('give-up');
    expect(decideClaim({ ...running, progress: { phase: 'verify' } }, 'me', now).next).toBe('run');
  });

  it('gives up when the host was stopped again and again', () => {
    expect(decideClaim({ ...queued, givenBack: 5 }, 'me', now).next).toBe('run');
    expect(decideClaim({ ...queued, givenBack: 6 }, 'me', now).next).toBe('give-up');
  });

  it('carries out a wish to cancel before anything else', () => {
    const running: JobRecord = { ...queued, state: 'running', kills: { queued: 1 }, cancelRequestedBy: 'anna' };
    expect(decideClaim(running, 'me', now).next).toBe('cancel');
  });
});

it('shows callers nothing of how the engine keeps its place', () => {
  expect(Object.keys(publicJob({ ...queued, owner: 'me', heartbeatAt: 'x' })).sort()).toEqual([
    'attempt',
    'database',
    'jobId',
    'kind',
    'progress',
    'requestedAt',
    'requestedBy',
    'state',
  ]);
});

describe('job ids', () => {
  it('sort by time and tell their month', () => {
    expect(newJobId(now, 'abc123')).toBe('20261123T020030Z-abc123');
    expect(monthOfJob('20261123T020030Z-abc123')).toBe('2026-11');
  });

  it('of a nightly job follow from database and scheduled time', () => {
    expect(nightlyJobId('eu-west', new Date('2026-11-23T02:00:00Z'))).toBe('20261123T020000Z-nightly-eu-west');
  });

  it.each(['../x', '', '20261123T020000Z-', '20261123T020000Z-a/../b', '20261123T020000Z-A'])('%p is none', (text) => {
    expect(isJobId(text)).toBe(false);
  });
});
