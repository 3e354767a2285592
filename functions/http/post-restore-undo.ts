import { app } from '../../shared/app';
import { expectNoRefusal } from '../../shared/domain/restore/restore-plan';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { undoPlanAnswer } from '../../shared/http/restore-answers';
import { json } from '../../shared/http/endpoint';
import { undoBody } from '../../shared/http/schemas';
import { planUndoFor } from '../../shared/operations/restore/plan-undo';
import { requestCheckedJob } from '../../shared/operations/jobs/request-job';
import { route } from './route';

/** Below the 230 s that the platform gives an answer. */
const PATIENCE_MS = 200_000;

export const registerPostRestoreUndo = route(
  {
    name: 'postRestoreUndo',
    method: 'POST',
    path: 'restores/{jobId}/undo',
    role: 'Admin',
    summary: 'Swaps the previous database of a swap back; with "dryRun" tells the plan and changes nothing',
    body: undoBody,
    startsJob: true,
    answers: { 200: undoPlanAnswer, 202: jobAnswer },
  },
  async ({ request, caller, params, body: { dryRun, confirm }, idempotencyKey }) => {
    const { systems } = app();
    const asked = { restoreJobId: params.jobId, confirm };
    const plan = (): ReturnType<typeof planUndoFor> => planUndoFor(systems, asked, AbortSignal.timeout(PATIENCE_MS));
    if (dryRun === true) return json(200, (await plan()).plan);
    const order = { kind: 'undo', request: asked, requestedBy: caller.name } as const;
    const job = await requestCheckedJob(systems, order, idempotencyKey, async () => {
      const { plan: planned, swap } = await plan();
      expectNoRefusal(planned.refusals);
      return { database: swap.lockedName };
    });
    return accepted(request, job);
  },
);
