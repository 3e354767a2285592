import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { publicJob } from '../../shared/domain/job';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { readQuery } from '../../shared/http/read-request';
import { jobPlace, jobsQuery } from '../../shared/http/schemas';
import { listJobs } from '../../shared/operations/jobs';
import { door } from './door';

export function registerListJobs(): void {
  functions.http('listJobs', {
    methods: ['GET'],
    route: 'jobs',
    authLevel: 'anonymous',
    handler: door('Read', async (request) => {
      const { cursor, ...filter } = readQuery(request, jobsQuery);
      const after = readCursor(cursor, jobPlace)?.jobId;
      const { items, last } = await listJobs(app().systems, { ...filter, after });
      const nextCursor = last === undefined ? undefined : writeCursor({ jobId: last });
      return json(200, { items: items.map(publicJob), nextCursor });
    }),
  });
}
