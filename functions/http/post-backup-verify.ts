import { app } from '../../shared/app';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { findBackup } from '../../shared/operations/catalog/find-backup';
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
    const { manifest } = await findBackup(systems, params.backupId);
    const { backupId, name: database } = manifest;
    const order = { kind: 'verify', database, request: { backupId }, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, order, idempotencyKey));
  },
);
