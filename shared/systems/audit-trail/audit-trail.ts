import type { AuditRecord } from '../../domain/access/audit';

/** The audit records: added, read, never changed and never removed by this app. */
export interface AuditTrail {
  /** @throws Failure `storage-unavailable`, `storage-refused` */
  append(record: AuditRecord): Promise<void>;
  /** Newest first; `key` is a record's place, and sorts as the records do. `before`: only records before that place. */
  list(before: string | undefined): AsyncIterable<{ readonly key: string; read(): Promise<AuditRecord> }>;
}
