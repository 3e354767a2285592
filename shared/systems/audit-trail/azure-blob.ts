import { randomUUID } from 'node:crypto';
import type { AuditRecord } from '../../domain/access/audit';
import { Failure } from '../../domain/failure';
import type { StateContainer } from '../job-ledger/state-container';
import type { AuditTrail } from './audit-trail';

const FOLDER = 'audit/';

/** One blob for each record, create-only: `audit/2026-11-23/101530123-….json`. */
export class AzureBlobAuditTrail implements AuditTrail {
  constructor(private readonly state: StateContainer) {}

  async append(record: AuditRecord): Promise<void> {
    const [day = '', time = ''] = record.at.split('T');
    const name = `${FOLDER}${day}/${time.replaceAll(/\D/g, '')}-${randomUUID()}.json`;
    // a retry whose first try had worked meets its own blob: the name is of this call alone
    await this.state.write(name, record, 'absent');
  }

  async *list(before: string | undefined): ReturnType<AuditTrail['list']> {
    const days = (await this.state.folders(FOLDER)).toSorted().reverse();
    for (const day of days) {
      if (before !== undefined && day.slice(FOLDER.length) > before) continue;
      const names: string[] = [];
      for await (const name of this.state.names(day, false)) names.push(name);
      for (const name of names.reverse()) {
        const key = name.slice(FOLDER.length);
        if (before === undefined || key < before) yield { key, read: () => this.read(name) };
      }
    }
  }

  private async read(name: string): Promise<AuditRecord> {
    const found = await this.state.read(name);
    if (found === undefined) throw new Failure('storage-unavailable', `reading ${name}: it is gone`);
    return found.value as AuditRecord;
  }
}
