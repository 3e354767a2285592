import { app } from '../../shared/app';
import { wipeCheckAnswer } from '../../shared/http/restore-answers';
import { json } from '../../shared/http/endpoint';
import { wipeCheckBody } from '../../shared/http/schemas';
import { checkWipe } from '../../shared/operations/restore/check-wipe';
import { route } from './route';

export const registerPostWipeCheck = route(
  {
    name: 'postWipeCheck',
    method: 'POST',
    path: 'wipe-checks',
    role: 'Admin',
    summary: 'Whether a script may wipe a database: 409 with what is missing when not',
    body: wipeCheckBody,
    answers: { 200: wipeCheckAnswer },
  },
  async ({ body }) => json(200, await checkWipe(app().systems, body)),
);
