import type { AuditRecord } from '../../domain/access/audit';
import { StrangerLimit } from '../../domain/access/audit';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'auditTrail' | 'clock' | 'log' | 'telemetry'>;

const STRANGERS_PER_MINUTE = 60;
const PATIENCE_MS = 5_000;
const KEPT = 1_000;

const strangers = new StrangerLimit(STRANGERS_PER_MINUTE);
/** Records that storage did not take yet, oldest first. */
let unstored: AuditRecord[] = [];

/**
 * Keeps a record of a call: as a blob, as a telemetry event, and when storage does not take it, whole in the log too. It
 * is then written with the next one. Never throws, and holds an answer up for 5 s at most: reads go on without it, and what
 * changes something fails by itself in the same storage.
 */
export async function noteAudit(systems: Needs, entry: Omit<AuditRecord, 'at' | 'notRecorded'>): Promise<void> {
  const now = systems.clock.now();
  let notRecorded = 0;
  if (entry.status === 401) {
    const limit = strangers.take(now);
    if (!limit.record) return;
    notRecorded = limit.notRecorded;
  }
  const record: AuditRecord = { at: now.toISOString(), ...entry, ...(notRecorded > 0 ? { notRecorded } : {}) };
  void systems.telemetry.event('Audit', flat(record), { status: record.status });
  await inTime(store(systems, record));
}

async function store(systems: Needs, record: AuditRecord): Promise<void> {
  const records = [...unstored, record];
  unstored = [];
  for (const [index, one] of records.entries()) {
    try {
      await systems.auditTrail.append(one);
    } catch (error) {
      systems.log.error('audit-not-stored', {
        ...flat(record),
        why: error instanceof Error ? error.message : 'unknown',
      });
      unstored = [...records.slice(index), ...unstored].slice(-KEPT);
      return;
    }
  }
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function flat({ from, at: requestedAt, ...record }: AuditRecord): Record<string, string> {
  const texts = Object.entries(record).map(([name, value]) => [name, String(value)] as const);
  return { requestedAt, ...Object.fromEntries(texts), address: from.address, userAgent: from.userAgent };
}
