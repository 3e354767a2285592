import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell, Outcome, Stage } from '../../fixtures/faults/cell';
import type { FaultRule } from '../../fixtures/faults/fault-proxy';
import type { Scene } from '../../fixtures/faults/scene';
import { after, before, BLOCK, COMMIT, MANIFEST, once, READ_BACK, TAGS } from '../../fixtures/faults/storage-faults';

/** Long enough for the lease of 15 s to run out. */
const PAST_THE_LEASE_MS = 17_000;

type Strike = (act: () => Promise<unknown>, from?: number) => FaultRule;

const AT_FIRST_BLOCK: Strike = (act) => once(BLOCK, before(act));
const AT_SECOND_BLOCK: Strike = (act) => once(BLOCK, before(act), 2);
const BEFORE_COMMIT: Strike = (act) => once(COMMIT, before(act));
const AFTER_COMMIT: Strike = (act) => once(COMMIT, after(act));
const AT_READ_BACK: Strike = (act, from = 2) => once(READ_BACK, before(act), from);
const BEFORE_MANIFEST: Strike = (act) => once(MANIFEST, before(act));
const AFTER_MANIFEST: Strike = (act) => once(MANIFEST, after(act));
/** The dump is tagged when its verification begins, and when the manifest is there; a takeover meets the second alone. */
const AT_LAST_TAGS: Strike = (act) => once(TAGS, before(act), 2);
const AT_ONLY_TAGS: Strike = (act) => once(TAGS, before(act));

/** SIGKILL: the host dies at that very request; another takes over when lease and ticket have come back. */
function killed(stage: Stage, when: string, strike: Strike, expected: Outcome = 'succeeded after take-over'): Cell {
  return {
    ...{ stage, fault: `the host is killed ${when}`, expected: [expected], waits: 20 },
    act: async (scene) => {
      await scene.startHost();
      const jobId = await scene.request();
      const isDead = struck(scene, strike, () => scene.killHost());
      await isDead;
      await scene.startHost();
      await scene.end(jobId, { sweeping: true });
      return [jobId];
    },
  };
}

/** The same phase kills its host twice: the third worker does not try again. */
function killedTwice(stage: Stage, when: string, strike: Strike, expected: Outcome, again = strike): Cell {
  return {
    ...{ stage, fault: `the host is killed ${when}, twice`, expected: [expected], waits: 40 },
    act: async (scene) => {
      await scene.startHost();
      const jobId = await scene.request();
      await struck(scene, strike, () => scene.killHost());
      await scene.startHost();
      const isDead = struck(scene, again, () => scene.killHost());
      await sweepUntil(scene, isDead);
      await scene.startHost();
      await scene.end(jobId, { sweeping: true });
      return [jobId];
    },
  };
}

/** SIGTERM: the job is given back, and another host goes on. */
function terminated(stage: Stage, when: string, strike: Strike): Cell {
  return {
    ...{ stage, fault: `the host is stopped by SIGTERM ${when}`, expected: ['succeeded after take-over'], waits: 6 },
    act: async (scene) => {
      await scene.startHost();
      const jobId = await scene.request();
      let stopped: Promise<void> = Promise.resolve();
      await struck(scene, strike, async () => {
        stopped = scene.stopHost();
        await sleep(500);
      });
      await stopped;
      await scene.startHost();
      await scene.end(jobId);
      return [jobId];
    },
  };
}

/** The process stands still for longer than its lease and then goes on, while another has taken over and finished. */
function paused(stage: Stage, when: string, strike: Strike): Cell {
  return {
    ...{
      stage,
      fault: `the host stands still past its lease ${when}`,
      expected: ['succeeded after take-over'],
      waits: 25,
    },
    act: async (scene) => {
      const frozen = await scene.startHost();
      const jobId = await scene.request();
      await struck(scene, strike, async () => {
        process.kill(frozen.pid, 'SIGSTOP');
        await sleep(PAST_THE_LEASE_MS);
      });
      await scene.startHost();
      await scene.end(jobId, { sweeping: true });
      process.kill(frozen.pid, 'SIGCONT');
      await sleep(3_000);
      await scene.stopHost(frozen);
      return [jobId];
    },
  };
}

/** Somebody breaks the lease: the worker stops at its next heartbeat, and whoever takes the job goes on. */
function leaseLost(stage: Stage, when: string, strike: Strike): Cell {
  return {
    ...{ stage, fault: `the lease is lost ${when}`, expected: ['succeeded after take-over'], waits: 3 },
    act: async (scene) => {
      await scene.startHost();
      const jobId = await scene.request();
      await struck(scene, strike, async () => {
        await scene.breakLease();
        await sleep(2_500);
      });
      await scene.end(jobId, { sweeping: true });
      return [jobId];
    },
  };
}

/** The process of the app dies or loses its claim. */
export const HOST_CELLS: readonly Cell[] = [
  killed('before the first byte', 'before the first block', AT_FIRST_BLOCK),
  killed('in the middle', 'at the second block', AT_SECOND_BLOCK),
  killed('after the last byte', 'before the commit', BEFORE_COMMIT),
  killed('after the last byte', 'between the commit and its record', AFTER_COMMIT),
  killed('during read-back', 'at the second piece', AT_READ_BACK),
  killed('at manifest write', 'before the manifest', BEFORE_MANIFEST),
  killed('after the manifest', 'between manifest and tags', AFTER_MANIFEST),
  killedTwice('in the middle', 'at the second block', AT_SECOND_BLOCK, 'failed: killed-repeatedly'),
  killedTwice('during read-back', 'at the first piece', (act) => AT_READ_BACK(act, 1), 'failed: killed-repeatedly'),
  killedTwice(
    'after the manifest',
    'between manifest and tags',
    AT_LAST_TAGS,
    'succeeded after take-over',
    AT_ONLY_TAGS,
  ),

  terminated('before the first byte', 'before the first block', AT_FIRST_BLOCK),
  terminated('in the middle', 'at the second block', AT_SECOND_BLOCK),
  terminated('during read-back', 'at the second piece', AT_READ_BACK),
  terminated('at manifest write', 'before the manifest', BEFORE_MANIFEST),

  paused('in the middle', 'at the second block', AT_SECOND_BLOCK),
  paused('after the last byte', 'before the commit', BEFORE_COMMIT),
  paused('at manifest write', 'before the manifest', BEFORE_MANIFEST),

  leaseLost('in the middle', 'at the second block', AT_SECOND_BLOCK),
  leaseLost('during read-back', 'at the second piece', AT_READ_BACK),
  leaseLost('at manifest write', 'before the manifest', BEFORE_MANIFEST),
];

/** Sets the one rule, and resolves when its deed is done. */
function struck({ lane }: Scene, strike: Strike, act: () => Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const deed = async (): Promise<void> => {
      try {
        await act();
        resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    };
    lane.proxy.setRules([strike(deed)]);
  });
}

async function sweepUntil(scene: Scene, done: Promise<void>): Promise<void> {
  const progress = { isOver: false };
  const noted = done.finally(() => (progress.isOver = true));
  while (!progress.isOver) {
    await scene.fire('tick').catch(() => undefined); // the host may die at that moment
    await Promise.race([noted, sleep(1_000)]);
  }
  await noted;
}
