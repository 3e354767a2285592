import { type HopResult, judgeSelfTest, type SelfTest } from '../../domain/watch/self-test';
import type { Systems } from '../../systems/systems';
import { type DatabaseNeeds, tryDatabase } from './try-database';
import { type Reached, tryHop } from './try-hop';

type Needs = DatabaseNeeds & Pick<Systems, 'dumpStore' | 'jobLedger' | 'jobLocks' | 'jobQueue'>;

/** An upload of this name is begun and never committed, so there is never such a blob. */
const UNCOMMITTED = 'self-test';
const LOCK = 'job-self-test';

/**
 * Goes every hop that backups and recoveries need, all at once but for those that wait for each other, and says which
 * fails. Databases are only asked; nothing stays in storage. Never throws.
 */
export async function runSelfTest(systems: Needs): Promise<SelfTest> {
  const shared = [
    tryHop(systems, 'dump-storage', (signal) => tryDumpStorage(systems, signal)),
    tryHop(systems, 'state-storage', () => tryStateStorage(systems)),
    tryHop(systems, 'queue', async () => {
      const dead = await systems.jobQueue.countDead();
      return { value: undefined, detail: `the queue service answers; ${dead} tickets are set aside` };
    }),
  ];
  const ofDatabases = systems.databases.names().map((name) => tryDatabase(systems, name));
  const results: HopResult[] = (await Promise.all(ofDatabases)).flat();
  return judgeSelfTest([...results, ...(await Promise.all(shared)).map(({ result }) => result)]);
}

/** Blocks without a commit are no blob and vanish by themselves: that the dumps can be written is seen without one. */
async function tryDumpStorage({ dumpStore }: Needs, signal: AbortSignal): Promise<Reached<undefined>> {
  await dumpStore.list('')[Symbol.asyncIterator]().next();
  await dumpStore.beginUpload(UNCOMMITTED, UNCOMMITTED).stage(Buffer.from('x'), signal);
  return { value: undefined, detail: 'the container of the dumps can be listed and written' };
}

async function tryStateStorage({ jobLedger, jobLocks }: Needs): Promise<Reached<undefined>> {
  await jobLedger.lastTickAt('tick');
  // of two self-tests at once the second one has seen as much
  const lock = await jobLocks.acquire(LOCK, UNCOMMITTED);
  await lock?.release();
  return { value: undefined, detail: 'the state container can be read, written and locked' };
}
