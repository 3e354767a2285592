import { app } from '../../shared/app';
import { checksAnswer } from '../../shared/http/check-answers';
import { json } from '../../shared/http/endpoint';
import { listChecks } from '../../shared/operations/watch/list-checks';
import { catalogAge } from './catalog-age';
import { route } from './route';

export const registerListChecks = route(
  {
    name: 'listChecks',
    method: 'GET',
    path: 'checks',
    role: 'Read',
    summary: 'Everything that is watched: its state, since when, and what to do next',
    takesMaxAge: true,
    answers: { 200: checksAnswer },
  },
  async ({ request }) => {
    const { systems } = app();
    const { maxAgeMs, headers } = catalogAge(request);
    return json(200, await listChecks(systems, maxAgeMs), headers);
  },
);
