import { app } from '../../shared/app';
import { checksAnswer } from '../../shared/http/check-answers';
import { json } from '../../shared/http/endpoint';
import { listChecks } from '../../shared/operations/watch/list-checks';
import { route } from './route';

export const registerListChecks = route(
  {
    name: 'listChecks',
    method: 'GET',
    path: 'checks',
    role: 'Read',
    summary: 'Everything that is watched: its state, since when, and what to do next',
    answers: { 200: checksAnswer },
  },
  async () => json(200, await listChecks(app().systems)),
);
