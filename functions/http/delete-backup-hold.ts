import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { holdAnswer } from '../../shared/http/backup-answers';
import { releaseHold } from '../../shared/operations/catalog/hold-backup';
import { route } from './route';

export const registerDeleteBackupHold = route(
  {
    name: 'deleteBackupHold',
    method: 'DELETE',
    path: 'backups/{backupId}/hold',
    role: 'Admin',
    summary: 'Ends a hold: the next run of retention decides',
    answers: { 200: holdAnswer },
  },
  async ({ params, caller }) => json(200, await releaseHold(app().systems, params.backupId, caller.name)),
);
