import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { pitrPlanAnswer } from '../../shared/http/restore-answers';
import { json } from '../../shared/http/endpoint';
import { pitrBody } from '../../shared/http/schemas';
import { dryRunPitr, requestPitr } from '../../shared/operations/point-in-time/request-pitr';
import { route } from './route';

export const registerPostPitrRestore = route(
  {
    name: 'postPitrRestore',
    method: 'POST',
    path: 'pitr-restores',
    role: 'Admin',
    summary: 'Restores the server as it was at a moment as a new server; the source server is never written',
    body: pitrBody,
    startsJob: true,
    answers: { 200: pitrPlanAnswer, 202: jobAnswer },
  },
  async ({ request, caller, body: { database, dryRun, ...asked }, idempotencyKey }) => {
    const { systems } = app();
    const name = chooseDatabase(database, systems.databases.names());
    const order = { database: name, request: asked, requestedBy: caller.name };
    if (dryRun === true) return json(200, await dryRunPitr(systems, order));
    return accepted(request, await requestPitr(systems, order, idempotencyKey));
  },
);
