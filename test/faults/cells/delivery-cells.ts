import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRecord } from '../../../shared/domain/jobs/job';
import { hasEnded } from '../../../shared/domain/jobs/job';
import type { Cell, Stage } from '../../fixtures/faults/cell';
import { complainUnless } from '../../fixtures/faults/cell';
import type { FaultRule } from '../../fixtures/faults/fault-proxy';
import type { Scene } from '../../fixtures/faults/scene';
import {
  after,
  always,
  before,
  BLOCK,
  COMMIT,
  LOCK,
  MANIFEST,
  once,
  READ_BACK,
} from '../../fixtures/faults/storage-faults';

/** Each nightly cell has a night of its own, so that cells of one lane share no job. */
const nightAt = (hour: number): Readonly<Record<string, string>> => ({ NIGHTLY_SCHEDULE: `0 0 ${hour} * * *` });

/** Cancels at a certain request, and holds that request until the worker must have seen it. */
function canceledAt(
  stage: Stage,
  when: string,
  rule: (deed: () => Promise<unknown>) => FaultRule,
  expected: Cell['expected'] = ['canceled'],
): Cell {
  return {
    ...{ stage, fault: `canceled ${when}`, expected, waits: 3 },
    act: async (scene) => {
      await scene.startHost();
      let jobId = '';
      const asked = new Promise<void>((resolve) => {
        const deed = async (): Promise<void> => {
          await scene.cancel(jobId);
          resolve();
          await sleep(2_500);
        };
        scene.lane.proxy.setRules([rule(deed)]);
      });
      jobId = await scene.request();
      await asked;
      await scene.end(jobId);
      return [jobId];
    },
  };
}

/** Tickets, timers and wishes come twice, late or never. */
export const DELIVERY_CELLS: readonly Cell[] = [
  {
    ...{ stage: 'before the job runs', fault: 'the ticket is delivered twice, to two hosts', expected: ['succeeded'] },
    act: async (scene) => {
      await scene.startHost();
      const second = await scene.startHost();
      const jobId = await scene.request(second);
      await scene.sendTicket(jobId);
      await scene.end(jobId);
      await queueIsEmpty(scene);
      return [jobId];
    },
  },
  {
    ...{ stage: 'in the middle', fault: 'the ticket is delivered again while the job runs', expected: ['succeeded'] },
    storage: (scene) => [
      once(
        BLOCK,
        before(() => againToAll(scene)),
        2,
      ),
    ],
    act: async (scene) => {
      await scene.startHost();
      await scene.startHost();
      const jobId = await scene.request();
      await scene.end(jobId);
      await queueIsEmpty(scene);
      return [jobId];
    },
  },
  {
    ...{ stage: 'after the end', fault: 'the ticket is delivered again', expected: ['succeeded'] },
    act: async (scene) => {
      await scene.startHost();
      const jobId = await scene.request();
      const { finishedAt } = await scene.end(jobId);
      await scene.sendTicket(jobId);
      await queueIsEmpty(scene);
      const again = await scene.record(jobId);
      if (again.finishedAt !== finishedAt) throw new Error('the job ended twice');
      return [jobId];
    },
  },
  {
    ...{ stage: 'before the job runs', fault: 'the ticket is lost: the sweep announces the job again' },
    ...{ expected: ['succeeded'], settings: { JOB_SWEEP_SECONDS: '1' }, waits: 2 },
    act: async (scene) => {
      const host = await scene.startHost({ 'AzureWebJobs.runJob.Disabled': 'true' });
      const jobId = await scene.request();
      await scene.lane.queue.clearMessages();
      await scene.stopHost(host);
      await scene.startHost();
      await scene.end(jobId, { sweeping: true });
      return [jobId];
    },
  },
  {
    ...{ stage: 'before the job runs', fault: 'the timer fires twice, on two hosts: one job', expected: ['succeeded'] },
    settings: nightAt(1),
    act: async (scene) => {
      const [one, other] = [await scene.startHost(), await scene.startHost()];
      const night = nightly(scene);
      await Promise.all([scene.fire('nightlyBackup', one), scene.fire('nightlyBackup', other)]);
      return night();
    },
  },
  {
    ...{ stage: 'after the end', fault: 'the timer fires again: one job', expected: ['succeeded'] },
    settings: nightAt(3),
    act: async (scene) => {
      await scene.startHost();
      const night = nightly(scene);
      await scene.fire('nightlyBackup');
      await night();
      await scene.fire('nightlyBackup');
      await sleep(1_500);
      await queueIsEmpty(scene);
      return night();
    },
  },
  {
    ...{ stage: 'before the job runs', fault: 'every delivery of the ticket fails', expected: ['failed: ticket-dead'] },
    storage: () => [always(LOCK, { kind: 'answer', status: 500, code: 'InternalError' })],
    waits: 8,
  },
  {
    ...{ stage: 'before the job runs', fault: 'a message that is no ticket comes first', expected: ['succeeded'] },
    act: async (scene) => {
      await scene.lane.queue.sendMessage('{"no":"ticket"}');
      await scene.lane.queue.sendMessage('no JSON');
      await scene.startHost();
      const jobId = await scene.request();
      await scene.end(jobId);
      return [jobId];
    },
  },
  {
    ...{ stage: 'in the middle', fault: 'a second job of the same database', expected: ['succeeded', 'succeeded'] },
    act: async (scene) => {
      await scene.startHost();
      await scene.startHost();
      let second = '';
      const isAsked = new Promise<void>((resolve, reject) => {
        const ask = async (): Promise<void> => {
          second = await scene.request();
          const { waitingFor } = await scene.until(second, (record) => record.waitingFor !== undefined);
          if (waitingFor === first) resolve();
          else reject(new Error(`it waits for ${waitingFor ?? 'nothing'}`));
        };
        scene.lane.proxy.setRules([once(BLOCK, before(ask), 2)]);
      });
      const first = await scene.request();
      await isAsked;
      await scene.end(first);
      await scene.end(second);
      return [first, second];
    },
    also: ([one, other]) =>
      complainUnless(one?.result?.['backupId'] !== other?.result?.['backupId'], 'both made the same backup'),
  },
  {
    ...{ stage: 'before the job runs', fault: 'canceled while queued', expected: ['canceled'] },
    act: async (scene) => {
      const idle = await scene.startHost({ 'AzureWebJobs.runJob.Disabled': 'true' });
      const jobId = await scene.request();
      await scene.cancel(jobId);
      await scene.stopHost(idle);
      await scene.startHost();
      await queueIsEmpty(scene);
      return [jobId];
    },
  },
  canceledAt('in the middle', 'while dumping', (deed) => once(BLOCK, before(deed), 2)),
  canceledAt('after the last byte', 'at the commit', (deed) => once(COMMIT, after(deed))),
  canceledAt('during read-back', 'while verifying', (deed) => once(READ_BACK, before(deed), 2)),
  canceledAt('after the manifest', 'when the manifest is written: too late', (deed) => once(MANIFEST, after(deed)), [
    'succeeded',
  ]),
];

async function againToAll(scene: Scene): Promise<void> {
  const [running] = await scene.jobsOf(({ state }) => state === 'running');
  if (running === undefined) throw new Error('no job runs');
  await scene.sendTicket(running.jobId);
  await scene.sendTicket(running.jobId);
  await sleep(1_500);
}

async function queueIsEmpty({ lane }: Scene): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if (((await lane.queue.getProperties()).approximateMessagesCount ?? 0) === 0) return;
    await sleep(100);
  }
  throw new Error('tickets are left in the queue');
}

/** Waits for the jobs that the timer has made since now, at least one. */
function nightly(scene: Scene): () => Promise<readonly string[]> {
  const since = Date.now();
  const isOurs = (record: JobRecord): boolean =>
    record.requestedBy === 'timer:nightlyBackup' && Date.parse(record.requestedAt) >= since - 1_000;
  return async () => {
    for (let look = 0; look < 600; look += 1) {
      const jobs = await scene.jobsOf(isOurs);
      if (jobs.length > 0 && jobs.every(hasEnded)) return jobs.map(({ jobId }) => jobId);
      await sleep(100);
    }
    throw new Error('the timer made no job that ended');
  };
}
