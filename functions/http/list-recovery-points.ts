import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { recoveryPointsAnswer } from '../../shared/http/recovery-answers';
import { databaseQuery } from '../../shared/http/schemas';
import { readTimeline } from '../../shared/operations/advice/read-timeline';
import { catalogAge } from './catalog-age';
import { route } from './route';

export const registerListRecoveryPoints = route(
  {
    name: 'listRecoveryPoints',
    method: 'GET',
    path: 'recovery-points',
    role: 'Read',
    summary: 'Everything that can be gone back to, on one timeline',
    query: databaseQuery,
    takesMaxAge: true,
    answers: { 200: recoveryPointsAnswer },
  },
  async ({ request, query }) => {
    const { systems } = app();
    const { maxAgeMs, headers } = catalogAge(request);
    return json(200, await readTimeline(systems, query.database, maxAgeMs), headers);
  },
);
