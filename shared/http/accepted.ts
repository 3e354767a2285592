import type { HttpResponseInit } from '@azure/functions';
import { type JobRecord, publicJob } from '../domain/jobs/job';
import { json } from './endpoint';

/**
 * 202: the work is a job; `Location` is where to watch it. It has no host (RFC 9110 §10.2.2), so that the caller goes on by the
 * name that it called: what the request says of that is the caller's to write, and in front of the app may be another.
 */
export function accepted(record: JobRecord): HttpResponseInit {
  return json(202, publicJob(record), { location: `/api/jobs/${record.jobId}`, 'retry-after': '5' });
}
