import { app } from '../../shared/app';
import { backupAnswer } from '../../shared/http/backup-answers';
import { json } from '../../shared/http/endpoint';
import { readBackup } from '../../shared/operations/catalog/read-backups';
import { route } from './route';

export const registerGetBackup = route(
  {
    name: 'getBackup',
    method: 'GET',
    path: 'backups/{backupId}',
    role: 'Read',
    summary: 'One backup: its state, its manifest and the commands that restore it by hand',
    answers: { 200: backupAnswer },
  },
  async ({ params }) => json(200, await readBackup(app().systems, params.backupId)),
);
