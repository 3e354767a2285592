import { describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { findJob } from '../../shared/operations/jobs/jobs';
import { requestJob } from '../../shared/operations/jobs/request-job';
import { runJob } from '../../shared/operations/jobs/run-job';
import { contentSystems, startContentAccount } from '../fixtures/content/content-account';
import { Cleanup } from '../fixtures/environment/cleanup';

const BLOBS = 10_000;
/** UNDELETE_CONCURRENCY: as many calls are under way at once. */
const AT_ONCE = 8;

describe('an undelete', () => {
  it('finishes 10,000 blobs after three interruptions, none twice and none lost', async () => {
    const cleanup = new Cleanup();
    try {
      const store = await cleanup.add(startAzurite({ inMemory: true }));
      const asked: string[] = [];
      const stopAt = new Map<number, AbortController>();
      const account = await cleanup.add(
        startContentAccount(store, {
          observe: ({ path, query }) => {
            if (query.get('comp') === 'undelete') stopAt.get(asked.push(path))?.abort();
          },
        }),
      );
      const systems = contentSystems(store, account.simulator.connectionString);
      const all = Array.from({ length: BLOBS }, (_, index) => `family-${index % 97}/${index}.jpg`);
      account.simulator.addDeleted('photos', all, (name) => name, new Date());
      const wish = { container: 'photos', prefix: '', overwrite: false, dryRun: false };
      const { record } = await requestJob(systems, { kind: 'undelete', request: wish, requestedBy: 'test' });
      const ends: string[] = [];
      for (const count of [1234, 4321, 7777, undefined]) {
        const stop = new AbortController();
        if (count !== undefined) stopAt.set(count, stop);
        ends.push(await runJob(systems, record.jobId, stop.signal));
      }
      expect(ends).toEqual(['queued', 'queued', 'queued', 'succeeded']);
      const { result, notes } = await findJob(systems, record.jobId);
      expect(result).toMatchObject({ restored: BLOBS, skipped: 0, failed: 0, warnings: [] });
      expect(JSON.stringify(notes).length).toBeLessThan(100_000);
      const names: string[] = [];
      for await (const { name } of account.photos.listBlobsFlat()) names.push(name);
      expect(names).toEqual([...all].sort());
      expect(new Set(asked).size).toBe(BLOBS);
      // a call that an interruption cut off may be asked again, and does nothing then
      expect(asked.length).toBeLessThanOrEqual(BLOBS + 3 * AT_ONCE);
    } finally {
      await cleanup.stopAll();
    }
  }, 600_000);
});
