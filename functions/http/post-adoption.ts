import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { adoptionBody } from '../../shared/http/schemas';
import { requestJobFor } from '../../shared/operations/jobs/request-job';
import { route } from './route';

export const registerPostAdoption = route(
  {
    name: 'postAdoption',
    method: 'POST',
    path: 'adoptions',
    role: 'Admin',
    summary: 'Makes a backup of a foreign dump that lies in the dump container',
    body: adoptionBody,
    startsJob: true,
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, body, idempotencyKey }) => {
    const { systems } = app();
    const database = chooseDatabase(body.database, systems.databases.names());
    const order = { kind: 'adopt', database, request: { blob: body.blob }, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, order, idempotencyKey));
  },
);
