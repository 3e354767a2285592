import { app } from '../../shared/app';
import { refusalFailure } from '../../shared/domain/restore/restore-plan';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer, undoPlanAnswer } from '../../shared/http/answers';
import { json } from '../../shared/http/endpoint';
import { undoBody } from '../../shared/http/schemas';
import { planUndoFor } from '../../shared/operations/restore/plan-undo';
import { requestJobFor } from '../../shared/operations/jobs/request-job';
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
    const { plan, swap } = await planUndoFor(systems, asked, AbortSignal.timeout(PATIENCE_MS));
    if (dryRun === true) return json(200, plan);
    const refusal = refusalFailure(plan.refusals);
    if (refusal !== undefined) throw refusal;
    const order = { kind: 'undo', database: swap.lockedName, request: asked, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, order, idempotencyKey));
  },
);
