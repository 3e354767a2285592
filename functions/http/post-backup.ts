import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { Failure } from '../../shared/domain/failure';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { backupBody } from '../../shared/http/schemas';
import { requestJobFor } from '../../shared/operations/request-job';
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
    if (createAzureBackup === true) throw new Failure('not-configured', 'createAzureBackup: is not available yet');
    const name = chooseDatabase(database, systems.databases.names());
    const order = { kind: 'backup', database: name, request: asked, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, order, idempotencyKey));
  },
);
