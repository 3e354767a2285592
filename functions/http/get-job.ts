import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { publicJob } from '../../shared/domain/job';
import { json } from '../../shared/http/endpoint';
import { readQuery } from '../../shared/http/read-request';
import { jobQuery } from '../../shared/http/schemas';
import { waitForJob } from '../../shared/operations/jobs';
import { door } from './door';

export function registerGetJob(): void {
  functions.http('getJob', {
    methods: ['GET'],
    route: 'jobs/{jobId}',
    authLevel: 'anonymous',
    handler: door('Read', async (request) => {
      const { wait } = readQuery(request, jobQuery);
      return json(200, publicJob(await waitForJob(app().systems, request.params['jobId'] ?? '', wait)));
    }),
  });
}
