import { describe, expect, it } from '@jest/globals';
import { decideClaim, type JobRecord } from '../../../shared/domain/jobs/job';
import { Later } from '../../../shared/domain/jobs/later';
import { returnTicket } from '../../../shared/operations/jobs/end-job';
import { JobClaim } from '../../../shared/operations/jobs/job-claim';
import type { Systems } from '../../../shared/systems/systems';

const now = new Date('2026-11-23T10:00:00Z');

/** One record and the tickets that were sent for it. */
function engine(): { systems: Systems; stored: () => JobRecord; tickets: [string, number][] } {
  let record: JobRecord = {
    ...{ recordVersion: 1, jobId: '20261123T095900Z-3f9a1c7e', kind: 'pitr-restore', database: 'lifebook' },
    ...{ state: 'queued', requestedBy: 'anna', requestedAt: '2026-11-23T09:59:00.000Z', attempt: 0 },
    ...{ progress: { phase: 'restore' }, request: {}, ticketDueAt: '2026-11-23T09:59:00.000Z' },
    ...{ phasesDone: {}, notes: {}, kills: {}, givenBack: 0, retries: 0 },
  };
  let version = 0;
  const tickets: [string, number][] = [];
  const systems = {
    clock: { now: () => now },
    jobLedger: {
      read: () => Promise.resolve({ record, version: String(version), isFiled: false }),
      update: (next: JobRecord) => {
        record = next;
        return Promise.resolve(String((version += 1)));
      },
    },
    jobQueue: { announce: (jobId: string, delay: number) => Promise.resolve(void tickets.push([jobId, delay])) },
  } as unknown as Systems;
  return { systems, stored: () => record, tickets };
}

describe('a job that waits for something outside', () => {
  it('goes back to the queue with a ticket for later, saying what it waits for', async () => {
    const { systems, stored, tickets } = engine();
    const taken = await JobClaim.take(systems, '20261123T095900Z-3f9a1c7e', 'me');
    if (taken === undefined) throw new Error('the job could not be taken');
    expect(await returnTicket(systems, taken.claim, new Later(30, 'Azure is restoring'))).toBe('queued');
    expect(stored()).toMatchObject({
      ...{ state: 'queued', ticketDueAt: '2026-11-23T10:00:30.000Z' },
      progress: { phase: 'restore', message: 'Azure is restoring' },
    });
    expect(stored()).not.toHaveProperty('owner');
    expect(stored()).not.toHaveProperty('error');
    expect(tickets).toEqual([['20261123T095900Z-3f9a1c7e', 30]]);
  });

  it('counts neither as a retry nor as a death, however often it comes back', async () => {
    const { systems, stored } = engine();
    for (let round = 0; round < 50; round += 1) {
      const taken = await JobClaim.take(systems, '20261123T095900Z-3f9a1c7e', `worker ${round}`);
      if (taken === undefined) throw new Error('the job could not be taken');
      await returnTicket(systems, taken.claim, new Later(30, 'Azure is restoring'));
    }
    expect(stored()).toMatchObject({ retries: 0, givenBack: 0, kills: {}, attempt: 50 });
    expect(decideClaim(stored(), 'me', now).next).toBe('run');
  });

  it('keeps a wish to cancel that came meanwhile', async () => {
    const { systems, stored } = engine();
    const taken = await JobClaim.take(systems, '20261123T095900Z-3f9a1c7e', 'me');
    await taken?.claim.change((record) => ({ ...record, cancelRequestedBy: 'anna' }));
    if (taken !== undefined) await returnTicket(systems, taken.claim, new Later(30, 'Azure is restoring'));
    expect(decideClaim(stored(), 'me', now).next).toBe('cancel');
  });
});
