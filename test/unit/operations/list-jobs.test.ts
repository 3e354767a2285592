import { describe, expect, it } from '@jest/globals';
import type { JobRecord, JobState } from '../../../shared/domain/jobs/job';
import { listJobs } from '../../../shared/operations/jobs/jobs';
import type { JobLedger } from '../../../shared/systems/job-ledger/job-ledger';

const job = (jobId: string, state: JobState): JobRecord => ({
  ...{ recordVersion: 1, jobId, kind: 'backup', database: 'lifebook', state },
  ...{ requestedBy: 'anna', requestedAt: '2026-11-23T09:59:00.000Z', attempt: 0, progress: { phase: 'queued' } },
  ...{ request: {}, ticketDueAt: '2026-11-23T09:59:00.000Z', phasesDone: {}, notes: {}, kills: {} },
  ...{ givenBack: 0, retries: 0 },
});

const OPEN = [
  job('20261123T010000Z-a', 'running'),
  job('20261123T020000Z-b', 'succeeded'),
  job('20261123T030000Z-c', 'queued'),
  job('20261123T040000Z-d', 'queued'),
];

/** Four records that are not filed away, and one that is: whoever reads that one is seen. */
function ledger(): { jobLedger: JobLedger; reads: string[] } {
  const reads: string[] = [];
  const stored = [job('20261001T010000Z-z', 'succeeded'), ...OPEN];
  const jobLedger: Partial<JobLedger> = {
    async *listOpen() {
      yield* await Promise.resolve(OPEN);
    },
    async *listIds() {
      yield* await Promise.resolve(stored.map(({ jobId }) => jobId).reverse());
    },
    read: (jobId) => {
      reads.push(jobId);
      const record = stored.find((known) => known.jobId === jobId);
      return Promise.resolve(record && { record, version: '1', isFiled: jobId.endsWith('z') });
    },
  };
  return { jobLedger: jobLedger as JobLedger, reads };
}

describe('the list of jobs', () => {
  it('reads no filed record for who asks for unfinished jobs', async () => {
    const { jobLedger, reads } = ledger();
    const first = await listJobs({ jobLedger }, { state: 'queued', limit: 1 });
    expect(first).toMatchObject({ items: [{ jobId: '20261123T040000Z-d' }], last: '20261123T040000Z-d' });
    const second = await listJobs({ jobLedger }, { state: 'queued', limit: 1, after: '20261123T040000Z-d' });
    expect(second).toMatchObject({ items: [{ jobId: '20261123T030000Z-c' }], last: undefined });
    expect(reads).toEqual([]);
  });

  it('has every job when no state is asked for, newest request first', async () => {
    const { items } = await listJobs({ jobLedger: ledger().jobLedger }, { limit: 10 });
    expect(items.map(({ jobId }) => jobId.slice(-1))).toEqual(['d', 'c', 'b', 'a', 'z']);
  });
});
