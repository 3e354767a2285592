import { describe, expect, it } from '@jest/globals';
import { HttpRequest } from '@azure/functions';
import { Failure } from '../../../shared/domain/failure';
import { auditEntry } from '../../../shared/http/audit-entry';
import { json } from '../../../shared/http/endpoint';
import { problem } from '../../../shared/http/problem';

const post = {
  name: 'postBackup',
  method: 'POST',
  path: 'backups',
  role: 'Release',
  summary: '',
  answers: {},
} as const;
const get = { ...post, name: 'listBackups', method: 'GET' } as const;
const caller = { subject: 'anna', name: 'Anna (anna)', roles: new Set<never>() };
const request = (headers: Record<string, string> = {}): HttpRequest =>
  new HttpRequest({ method: 'POST', url: 'https://backup.example/api/backups?code=a-secret-key', headers });

describe('the audit entry of a call', () => {
  it('says who did what from where with which outcome, and nothing of the query', () => {
    const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.4:52000', 'user-agent': 'lifebook-backup/1\tx' };
    expect(auditEntry(post, request(headers), caller, json(202, { jobId: 'job-1', kind: 'backup' }))).toEqual({
      subject: 'anna',
      who: 'Anna (anna)',
      what: 'postBackup',
      call: 'POST /api/backups',
      from: { address: '198.51.100.4:52000', userAgent: 'lifebook-backup/1 x' },
      outcome: 'done',
      status: 202,
      jobId: 'job-1',
    });
  });

  it('takes no address that is none', () => {
    const headers = { 'x-forwarded-for': '<script>' };
    expect(auditEntry(post, request(headers), caller, json(200, {}))?.from).toEqual({
      address: 'unknown',
      userAgent: '',
    });
  });

  it.each([
    ['invalid-request', 'refused', undefined],
    ['not-found', 'refused', undefined],
    ['unauthenticated', 'refused', 'refused'],
    ['forbidden', 'refused', 'refused'],
    ['idempotency-key-reused', 'refused', 'refused'],
    ['too-many-jobs', 'refused', 'refused'],
    ['storage-unavailable', 'failed', undefined],
  ] as const)('of %s: %s for a change, %s for a read', (code, change, read) => {
    const answer = problem(new Failure(code, 'x', { jobId: 'job-2' }));
    expect(auditEntry(post, request(), caller, answer)).toMatchObject({ outcome: change, code, jobId: 'job-2' });
    expect(auditEntry(get, request(), caller, answer)?.outcome).toBe(read);
  });

  it('is none for a list that was read', () => {
    expect(auditEntry(get, request(), caller, json(200, { items: [] }))).toBeUndefined();
  });
});
