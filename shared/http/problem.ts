import type { HttpResponseInit } from '@azure/functions';
import type { Failure, FailureCode } from '../domain/failure';

/** The HTTP status of each failure: where 409 is decided. A missing row does not compile. */
export const STATUS_OF: Readonly<Record<FailureCode, number>> = {
  'invalid-request': 400,
  'body-too-large': 413,
  'not-found': 404,
  'release-unknown': 404,
  unauthenticated: 401,
  forbidden: 403,
  'idempotency-key-reused': 409,
  'job-already-ended': 409,
  'backup-gone': 409,
  'too-many-jobs': 429,
  'invalid-settings': 409,
  'auth-not-configured': 503,
  'auth-keys-unavailable': 503,
  'not-configured': 409,
  'pg-tools-missing': 503,
  'pg-tools-too-old': 409,
  'pg-tools-corrupt': 503,
  'pg-tools-lose-data': 409,
  'database-unreachable': 502,
  'database-connection-lost': 502,
  'database-login-refused': 502,
  'database-missing': 502,
  'database-refused': 502,
  'lock-wait-timeout': 504,
  'dump-would-be-incomplete': 409,
  'dump-failed': 502,
  'dump-killed': 502,
  'dump-hung': 504,
  'dump-warned': 502,
  'dump-empty': 502,
  'stored-bytes-differ': 502,
  'archive-undecodable': 502,
  'archive-incomplete': 502,
  'dump-missing': 409,
  'manifest-too-new': 409,
  'manifest-unreadable': 409,
  'not-adoptable': 409,
  'nothing-to-drill': 409,
  'drill-check-failed': 409,
  'verify-killed': 502,
  'verify-hung': 504,
  'restore-failed': 502,
  'restore-killed': 502,
  'restore-differs': 502,
  'restore-disk-full': 503,
  'swap-blocked': 409,
  'database-exists': 409,
  'confirmation-missing': 409,
  'backup-not-restorable': 409,
  'rights-missing': 409,
  'extension-missing': 409,
  'space-too-little': 409,
  'replication-in-the-way': 409,
  'objects-in-the-way': 409,
  'undo-impossible': 409,
  'previous-kept': 409,
  'undo-too-late': 409,
  'backup-too-old': 409,
  'storage-unavailable': 503,
  'storage-refused': 502,
  'storage-conflict': 409,
  'azure-unavailable': 503,
  'azure-refused': 502,
  'azure-busy': 409,
  'azure-operation-failed': 502,
  'outside-restore-window': 409,
  'server-name-taken': 409,
  'server-not-ready': 409,
  'network-unsupported': 409,
  'azure-backup-impossible': 409,
  'undelete-impossible': 409,
  'claim-lost': 503,
  'shut-down': 503,
  canceled: 409,
  'killed-repeatedly': 500,
  'deadline-exceeded': 504,
  'ticket-dead': 500,
  internal: 500,
};

/**
 * `Retry-After` (RFC 9110) of a 429, seconds. Room comes when one of a caller's many jobs ends, which takes from seconds to
 * minutes, and each try reads all open jobs: half a minute loses little of the first and keeps the second rare.
 */
export const RETRY_AFTER_SECONDS = 30;

/** `application/problem+json` (RFC 9457). A 500 tells nothing of what happened inside. */
export function problem(failure: Failure): HttpResponseInit {
  const { jobId } = failure;
  const status = STATUS_OF[failure.code];
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(status === 429 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}),
    },
    body: JSON.stringify({
      type: 'about:blank',
      code: failure.code,
      title: failure.code.replaceAll('-', ' '),
      status,
      detail: failure.detail,
      hint: failure.hint,
      ...(jobId === undefined ? {} : { jobId }),
    }),
  };
}
