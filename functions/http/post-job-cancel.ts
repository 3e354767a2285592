import { app } from '../../shared/app';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { cancelJob } from '../../shared/operations/jobs/jobs';
import { route } from './route';

export const registerPostJobCancel = route(
  {
    name: 'postJobCancel',
    method: 'POST',
    path: 'jobs/{jobId}/cancel',
    role: 'Admin',
    summary: 'Stops a job: a queued one at once, a running one with its next heartbeat',
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, params }) => accepted(request, await cancelJob(app().systems, params.jobId, caller.name)),
);
