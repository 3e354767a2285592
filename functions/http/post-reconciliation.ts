import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { reconciliationBody } from '../../shared/http/schemas';
import { requestJobFor } from '../../shared/operations/jobs/request-job';
import { route } from './route';

export const registerPostReconciliation = route(
  {
    name: 'postReconciliation',
    method: 'POST',
    path: 'reconciliations',
    role: 'Admin',
    summary: 'Looks for the blobs that the rows point to and brings back those that are gone',
    body: reconciliationBody,
    startsJob: true,
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, body: { database, ...asked }, idempotencyKey }) => {
    const { systems } = app();
    const name = chooseDatabase(database, systems.databases.names());
    // asked before a job is made: a missing setting, or an account that cannot do it, is an answer of its own
    systems.settings.get('ASSET_URL_COLUMNS');
    await systems.contentStore.refuseHierarchicalNamespace();
    const order = { kind: 'reconcile', database: name, request: asked, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, order, idempotencyKey));
  },
);
