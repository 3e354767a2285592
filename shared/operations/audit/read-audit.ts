import type { AuditOutcome, AuditRecord } from '../../domain/access/audit';
import type { Systems } from '../../systems/systems';

export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly what?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  readonly jobId?: string | undefined;
  /** Inclusive, ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  /** The last place of the page before. */
  readonly before?: string | undefined;
}

/** One call reads no more records than this, so that a narrow filter on a long trail answers in time. */
const READ_AT_MOST = 1_000;

/** A page of the audit, newest first. `next` is there when there may be more, also when this page came out empty. */
export async function readAudit(
  systems: Pick<Systems, 'auditTrail'>,
  filter: AuditFilter,
): Promise<{ items: AuditRecord[]; next: string | undefined }> {
  const items: AuditRecord[] = [];
  let last: string | undefined;
  let read = 0;
  for await (const place of systems.auditTrail.list(filter.before)) {
    if (items.length === filter.limit || read === READ_AT_MOST) return { items, next: last };
    last = place.key;
    const at = timeOf(place.key);
    if (filter.to !== undefined && at > filter.to) continue;
    if (filter.from !== undefined && at < filter.from) return { items, next: undefined };
    read += 1;
    const record = await place.read();
    if (matches(record, filter)) items.push(record);
  }
  return { items, next: undefined };
}

/** `2026-11-23/101530123-…` is of 2026-11-23T10:15:30.123Z. */
function timeOf(key: string): string {
  const [, day, hour, minute, second, ms] = /^([\d-]{10})\/(\d\d)(\d\d)(\d\d)(\d{3})/.exec(key) ?? [];
  return `${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${ms ?? ''}Z`;
}

function matches(record: AuditRecord, filter: AuditFilter): boolean {
  const fields = ['subject', 'what', 'outcome', 'jobId'] as const;
  return fields.every((field) => filter[field] === undefined || filter[field] === record[field]);
}
