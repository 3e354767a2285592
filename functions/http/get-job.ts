import { app } from '../../shared/app';
import { publicJob } from '../../shared/domain/jobs/job';
import { jobAnswer } from '../../shared/http/answers';
import { json } from '../../shared/http/endpoint';
import { jobQuery } from '../../shared/http/schemas';
import { waitForJob } from '../../shared/operations/jobs/jobs';
import { route } from './route';

export const registerGetJob = route(
  {
    name: 'getJob',
    method: 'GET',
    path: 'jobs/{jobId}',
    role: 'Read',
    summary: 'One job; with "wait" the answer comes when it has ended or the time is up',
    query: jobQuery,
    answers: { 200: jobAnswer },
  },
  async ({ params, query }) => json(200, publicJob(await waitForJob(app().systems, params.jobId, query.wait))),
);
