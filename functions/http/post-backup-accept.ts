import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { acceptAnswer } from '../../shared/http/backup-answers';
import { acceptBody } from '../../shared/http/schemas';
import { acceptBackup } from '../../shared/operations/catalog/accept-backup';
import { route } from './route';

export const registerPostBackupAccept = route(
  {
    name: 'postBackupAccept',
    method: 'POST',
    path: 'backups/{backupId}/accept',
    role: 'Admin',
    summary: 'Says that a dump much smaller than the one before is as it should be',
    body: acceptBody,
    answers: { 200: acceptAnswer },
  },
  async ({ params, body, caller }) =>
    json(200, await acceptBackup(app().systems, params.backupId, body.reason, caller.name)),
);
