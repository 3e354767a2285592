import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { backupBody } from '../../shared/http/schemas';
import { requestBackup, requestBothBackups } from '../../shared/operations/backup/request-backup';
import { route } from './route';

export const registerPostBackup = route(
  {
    name: 'postBackup',
    method: 'POST',
    path: 'backups',
    role: 'Release',
    summary: 'Takes a backup; never one whose snapshot is older than the request',
    body: backupBody,
    startsJob: true,
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, body: { database, createAzureBackup, ...asked }, idempotencyKey }) => {
    const { systems } = app();
    const name = chooseDatabase(database, systems.databases.names());
    const order = { database: name, request: asked, requestedBy: caller.name };
    const start = createAzureBackup === true ? requestBothBackups : requestBackup;
    return accepted(request, await start(systems, order, idempotencyKey));
  },
);
