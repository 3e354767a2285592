import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type JobRecord, publicJob } from '../domain/jobs/job';
import { json } from './endpoint';

/**
 * 202: the work is a job; `Location` is where to watch it, whole, because many a script hands it to curl or fetch as it is.
 * The host in it is the one that the request names: a caller who forges that misleads nobody else, as no cache keeps a 202.
 */
export function accepted(request: HttpRequest, record: JobRecord): HttpResponseInit {
  const location = new URL(`/api/jobs/${record.jobId}`, request.url);
  return json(202, publicJob(record), { location: location.href, 'retry-after': '5' });
}
