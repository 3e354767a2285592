import { app } from '../../shared/app';
import { publicJob } from '../../shared/domain/jobs/job';
import { jobsAnswer } from '../../shared/http/answers';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { jobPlace, jobsQuery } from '../../shared/http/schemas';
import { listJobs } from '../../shared/operations/jobs/jobs';
import { route } from './route';

export const registerListJobs = route(
  {
    name: 'listJobs',
    method: 'GET',
    path: 'jobs',
    role: 'Read',
    summary: 'Jobs, newest request first',
    query: jobsQuery,
    answers: { 200: jobsAnswer },
  },
  async ({ query: { cursor, ...filter } }) => {
    const after = readCursor(cursor, jobPlace)?.jobId;
    const { items, last } = await listJobs(app().systems, { ...filter, after });
    const nextCursor = last === undefined ? undefined : writeCursor({ jobId: last });
    return json(200, { items: items.map(publicJob), nextCursor });
  },
);
