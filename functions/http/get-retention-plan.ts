import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { retentionPlanAnswer } from '../../shared/http/retention-answers';
import { databaseQuery } from '../../shared/http/schemas';
import { showRetentionPlan } from '../../shared/operations/retention/plan-retention';
import { route } from './route';

export const registerGetRetentionPlan = route(
  {
    name: 'getRetentionPlan',
    method: 'GET',
    path: 'retention-plan',
    role: 'Read',
    summary: 'What the next run of retention keeps and expires, and why',
    query: databaseQuery,
    answers: { 200: retentionPlanAnswer },
  },
  async ({ query }) => json(200, await showRetentionPlan(app().systems, query.database)),
);
