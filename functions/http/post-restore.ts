import { app } from '../../shared/app';
import { expectNoRefusal } from '../../shared/domain/restore/restore-plan';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { restorePlanAnswer } from '../../shared/http/restore-answers';
import { json } from '../../shared/http/endpoint';
import { restoreBody } from '../../shared/http/schemas';
import { planRestoreFor } from '../../shared/operations/restore/plan-restore';
import { requestCheckedJob } from '../../shared/operations/jobs/request-job';
import { route } from './route';

/** Below the 230 s that the platform gives an answer. */
const PATIENCE_MS = 200_000;

export const registerPostRestore = route(
  {
    name: 'postRestore',
    method: 'POST',
    path: 'restores',
    role: 'Admin',
    summary: 'Restores a backup; with "dryRun" tells the plan and changes nothing',
    body: restoreBody,
    startsJob: true,
    answers: { 200: restorePlanAnswer, 202: jobAnswer },
  },
  async ({ request, caller, body: { dryRun, ...asked }, idempotencyKey }) => {
    const { systems } = app();
    const plan = (): ReturnType<typeof planRestoreFor> =>
      planRestoreFor(systems, asked, AbortSignal.timeout(PATIENCE_MS));
    if (dryRun === true) return json(200, (await plan()).plan);
    const order = { kind: 'restore', request: asked, requestedBy: caller.name } as const;
    const job = await requestCheckedJob(systems, order, idempotencyKey, async () => {
      const { plan: planned, lockedName } = await plan();
      expectNoRefusal(planned.refusals);
      return { database: lockedName };
    });
    return accepted(request, job);
  },
);
