import { expect, it } from '@jest/globals';
import { Failure, type FailureCode, failureTable } from '../../../shared/domain/failure';
import { problem, STATUS_OF } from '../../../shared/http/problem';

it('is an RFC 9457 document with what, why and what to do next', () => {
  const answer = problem(new Failure('too-many-jobs', 'you have 21 unfinished jobs', { jobId: '20261123T020000Z-a' }));
  expect(answer.status).toBe(429);
  expect(JSON.parse(answer.body as string)).toEqual({
    type: 'about:blank',
    code: 'too-many-jobs',
    title: 'too many jobs',
    status: 429,
    detail: 'you have 21 unfinished jobs',
    hint: 'wait until some of your jobs have ended: GET /api/jobs',
    jobId: '20261123T020000Z-a',
  });
});

it('of too many jobs tells after how many seconds to try again', () => {
  const retryAfter = (code: FailureCode): unknown =>
    (problem(new Failure(code, 'x')).headers as Record<string, string>)['retry-after'];
  expect([retryAfter('too-many-jobs'), retryAfter('forbidden')]).toEqual(['30', undefined]);
});

it('blames the caller for input only, and itself for defects only', () => {
  for (const [code, { kind }] of Object.entries(failureTable)) {
    const status = STATUS_OF[code as keyof typeof STATUS_OF];
    expect([code, kind === 'bug' ? status === 500 : status >= 400 && status < 600]).toEqual([code, true]);
    if (kind === 'input') expect([code, status < 500]).toEqual([code, true]);
  }
});
