import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type AuditRecord, auditOutcome, oneLine } from '../domain/access/audit';
import type { Caller } from '../domain/access/roles';
import type { Route } from './route';

export type AuditEntry = Omit<AuditRecord, 'at' | 'notRecorded'>;

/** What the audit keeps of a call; undefined when it is no business of the audit's. */
export function auditEntry(
  route: Route,
  request: HttpRequest,
  caller: Caller,
  answer: HttpResponseInit,
): AuditEntry | undefined {
  const status = answer.status ?? 200;
  const outcome = auditOutcome(route.method, status);
  if (outcome === undefined) return undefined;
  const { code, jobId } = fieldsOf(answer);
  return {
    subject: caller.subject,
    who: caller.name,
    what: route.name,
    call: oneLine(`${route.method} ${new URL(request.url).pathname}`, 300),
    from: { address: addressOf(request), userAgent: oneLine(request.headers.get('user-agent') ?? '', 200) },
    ...{ outcome, status },
    ...(typeof code === 'string' && status >= 400 ? { code } : {}),
    ...(typeof jobId === 'string' ? { jobId } : {}),
  };
}

/** Azure's front end appends the address that it saw; what stands before it, a caller can write. */
function addressOf(request: HttpRequest): string {
  const last = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return /^[0-9A-Fa-f.:[\]]{1,60}$/.test(last) ? last : 'unknown';
}

function fieldsOf({ body, headers }: HttpResponseInit): { code?: unknown; jobId?: unknown } {
  const type = (headers as Record<string, string> | undefined)?.['content-type'] ?? '';
  if (typeof body !== 'string' || !type.includes('json')) return {};
  const value: unknown = JSON.parse(body);
  return typeof value === 'object' && value !== null ? value : {};
}
