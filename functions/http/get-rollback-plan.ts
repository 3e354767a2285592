import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { json } from '../../shared/http/endpoint';
import { rollbackPlanAnswer } from '../../shared/http/release-answers';
import { databaseQuery } from '../../shared/http/schemas';
import { planRollbackOf } from '../../shared/operations/releases/plan-rollback';
import { route, servedCalls } from './route';

export const registerGetRollbackPlan = route(
  {
    name: 'getRollbackPlan',
    method: 'GET',
    path: 'releases/{version}/rollback-plan',
    role: 'Read',
    summary: 'How to take a release back: which dump or moment, which version to redeploy, each call in order',
    query: databaseQuery,
    answers: { 200: rollbackPlanAnswer },
  },
  async ({ params, query }) => {
    const { systems } = app();
    const database = chooseDatabase(query.database, systems.databases.names());
    return json(200, await planRollbackOf(systems, params.version, database, servedCalls()));
  },
);
