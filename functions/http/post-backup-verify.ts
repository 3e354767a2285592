import { app } from '../../shared/app';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { findEntry } from '../../shared/operations/catalog/find-entry';
import { requestJobFor } from '../../shared/operations/jobs/request-job';
import { route } from './route';

export const registerPostBackupVerify = route(
  {
    name: 'postBackupVerify',
    method: 'POST',
    path: 'backups/{backupId}/verify',
    role: 'Release',
    summary: 'Reads and decodes the stored bytes of a backup again; marks it as damaged or lifts the mark',
    startsJob: true,
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, params, idempotencyKey }) => {
    const { systems } = app();
    // its manifest is what the job is to read
    const { backupId, database } = (await findEntry(systems, params.backupId)).entry;
    const order = { kind: 'verify', request: { backupId }, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, { ...order, database: database ?? '' }, idempotencyKey));
  },
);
