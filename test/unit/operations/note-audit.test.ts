import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../shared/domain/access/audit';
import { Failure } from '../../../shared/domain/failure';
import { noteAudit } from '../../../shared/operations/audit/note-audit';
import { readAudit } from '../../../shared/operations/audit/read-audit';

const ENTRY: Omit<AuditRecord, 'at'> = {
  ...{ subject: 'anna', who: 'Anna (anna)', what: 'postBackup', call: 'POST /api/backups' },
  from: { address: '192.0.2.7', userAgent: 'curl' },
  outcome: 'done',
  status: 202,
  jobId: 'job-1',
};

let stored: AuditRecord[];
let isDown: boolean;
let logged: string[];
let sent: string[];
let now: Date;
beforeEach(() => {
  [stored, isDown, logged, sent, now] = [[], false, [], [], new Date('2026-11-23T10:15:30.123Z')];
});

const log = (event: string, fields: object = {}): void => void logged.push(`${event} ${JSON.stringify(fields)}`);
const systems = {
  auditTrail: {
    append: (record: AuditRecord) =>
      isDown
        ? Promise.reject(new Failure('storage-unavailable', 'no answer'))
        : Promise.resolve(void stored.push(record)),
    list: () => {
      throw new Error('not asked');
    },
  },
  clock: { now: () => now },
  log: { info: log, warn: log, error: log },
  telemetry: { event: (name: string) => Promise.resolve(void sent.push(name)), metrics: () => Promise.resolve() },
};

describe('the record of a call', () => {
  it('is stored with its time, and sent as an event', async () => {
    await noteAudit(systems, ENTRY);
    expect(stored).toEqual([{ at: '2026-11-23T10:15:30.123Z', ...ENTRY }]);
    expect([sent, logged]).toEqual([['Audit'], []]);
  });

  it('that storage does not take stands whole in the log, and is stored with the next one', async () => {
    isDown = true;
    await noteAudit(systems, ENTRY);
    expect(stored).toEqual([]);
    expect(logged).toHaveLength(1);
    for (const part of ['audit-not-stored', 'Anna (anna)', 'postBackup', '192.0.2.7', 'job-1', 'no answer']) {
      expect(logged[0]).toContain(part);
    }
    isDown = false;
    now = new Date('2026-11-23T10:16:00.000Z');
    await noteAudit(systems, { ...ENTRY, jobId: 'job-2' });
    expect(stored.map(({ at, jobId }) => [at, jobId])).toEqual([
      ['2026-11-23T10:15:30.123Z', 'job-1'],
      ['2026-11-23T10:16:00.000Z', 'job-2'],
    ]);
  });

  it('of strangers is kept 60 times a minute and counted beyond, so that knocking does not fill the storage', async () => {
    now = new Date('2026-11-23T11:00:00.000Z');
    const stranger: typeof ENTRY = { ...ENTRY, subject: 'anonymous', outcome: 'refused', status: 401 };
    for (let call = 0; call < 75; call += 1) await noteAudit(systems, stranger);
    expect(stored).toHaveLength(60);
    now = new Date('2026-11-23T11:01:00.000Z');
    await noteAudit(systems, stranger);
    await noteAudit(systems, stranger);
    expect(stored.slice(60).map(({ notRecorded }) => notRecorded)).toEqual([15, undefined]);
  });
});

describe('the audit', () => {
  const records = ['2026-11-22/235959999-a', '2026-11-23/101530123-b', '2026-11-23/101531000-c'].map((key, index) => ({
    key,
    read: (): Promise<AuditRecord> =>
      Promise.resolve({ at: '', ...ENTRY, what: index === 1 ? 'postJobCancel' : 'postBackup' }),
  }));
  // eslint-disable-next-line @typescript-eslint/require-await -- a list that is there already
  async function* list(before: string | undefined): AsyncGenerator<(typeof records)[number]> {
    for (const record of records.toReversed()) if (before === undefined || record.key < before) yield record;
  }
  const read = (filter: object) =>
    readAudit({ auditTrail: { list, append: () => Promise.resolve() } }, { limit: 50, ...filter });

  it('is read in pages, newest first', async () => {
    const first = await read({ limit: 2 });
    expect([first.items.length, first.next]).toEqual([2, '2026-11-23/101530123-b']);
    const second = await read({ limit: 2, before: first.next });
    expect([second.items.length, second.next]).toEqual([1, undefined]);
  });

  it('is filtered by what and when, both ends included', async () => {
    expect((await read({ what: 'postJobCancel' })).items).toHaveLength(1);
    expect((await read({ from: '2026-11-23T10:15:30.123Z' })).items).toHaveLength(2);
    expect((await read({ to: '2026-11-23T10:15:30.123Z' })).items).toHaveLength(2);
    expect((await read({ from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T10:15:30.122Z' })).items).toHaveLength(0);
  });
});
