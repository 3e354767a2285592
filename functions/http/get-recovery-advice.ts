import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { json } from '../../shared/http/endpoint';
import { recoveryAdviceAnswer } from '../../shared/http/recovery-answers';
import { recoveryAdviceQuery } from '../../shared/http/schemas';
import { adviseRecovery } from '../../shared/operations/advice/advise-recovery';
import { catalogAge } from './catalog-age';
import { route, servedCalls } from './route';

export const registerGetRecoveryAdvice = route(
  {
    name: 'getRecoveryAdvice',
    method: 'GET',
    path: 'recovery-advice',
    role: 'Read',
    summary:
      'Ranked ways back from an incident, each with what it loses, how long it takes and the call that starts it',
    query: recoveryAdviceQuery,
    takesMaxAge: true,
    answers: { 200: recoveryAdviceAnswer },
  },
  async ({ request, query }) => {
    const { systems } = app();
    const database = chooseDatabase(query.database, systems.databases.names());
    const { maxAgeMs, headers } = catalogAge(request);
    const items = await adviseRecovery(systems, { ...query, database, maxAgeMs }, servedCalls());
    return json(200, { items }, headers);
  },
);
