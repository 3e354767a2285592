import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type JobRecord, publicJob } from '../domain/jobs/job';
import { json } from './endpoint';

/** 202: the work is a job; `Location` is where to watch it. */
export function accepted(request: HttpRequest, record: JobRecord): HttpResponseInit {
  const location = new URL(`/api/jobs/${record.jobId}`, request.url);
  return json(202, publicJob(record), { location: location.href, 'retry-after': '5' });
}
