import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { accepted } from '../../shared/http/accepted';
import { readBody } from '../../shared/http/read-request';
import { noBody } from '../../shared/http/schemas';
import { cancelJob } from '../../shared/operations/jobs';
import { door } from './door';

export function registerPostJobCancel(): void {
  functions.http('postJobCancel', {
    methods: ['POST'],
    route: 'jobs/{jobId}/cancel',
    authLevel: 'anonymous',
    handler: door('Admin', async (request, caller) => {
      await readBody(request, noBody);
      return accepted(request, await cancelJob(app().systems, request.params['jobId'] ?? '', caller.name));
    }),
  });
}
