import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { drillBody } from '../../shared/http/schemas';
import { requestDrill } from '../../shared/operations/drills/request-drill';
import { route } from './route';

export const registerPostDrill = route(
  {
    name: 'postDrill',
    method: 'POST',
    path: 'drills',
    role: 'Admin',
    summary:
      'Restores a backup to a scratch database, or the server to a recent moment (source pitr), compares and writes evidence',
    body: drillBody,
    startsJob: true,
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, body, idempotencyKey }) => {
    const { systems } = app();
    const database = body.backupId === undefined ? chooseDatabase(body.database, systems.databases.names()) : undefined;
    return accepted(request, await requestDrill(systems, { ...body, database }, caller.name, idempotencyKey));
  },
);
