import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { holdAnswer } from '../../shared/http/backup-answers';
import { holdBody } from '../../shared/http/schemas';
import { holdBackup } from '../../shared/operations/catalog/hold-backup';
import { route } from './route';

export const registerPutBackupHold = route(
  {
    name: 'putBackupHold',
    method: 'PUT',
    path: 'backups/{backupId}/hold',
    role: 'Admin',
    summary: 'Keeps a backup whatever retention says, and lifts its mark',
    body: holdBody,
    answers: { 200: holdAnswer },
  },
  async ({ params, body, caller }) => json(200, await holdBackup(app().systems, params.backupId, body, caller.name)),
);
