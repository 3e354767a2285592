import { app } from '../../shared/app';
import { backupLinkAnswer } from '../../shared/http/backup-answers';
import { json } from '../../shared/http/endpoint';
import { linkToBackup } from '../../shared/operations/catalog/link-to-backup';
import { route } from './route';

export const registerPostBackupDownload = route(
  {
    name: 'postBackupDownload',
    method: 'POST',
    path: 'backups/{backupId}/download',
    role: 'Admin',
    summary: 'Gives a link that reads the dump of this backup for 15 minutes; the link is a secret',
    answers: { 200: backupLinkAnswer },
  },
  async ({ params }) => json(200, await linkToBackup(app().systems, params.backupId)),
);
