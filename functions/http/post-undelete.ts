import { app } from '../../shared/app';
import { chooseContainer } from '../../shared/config/content-containers';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { undeleteBody } from '../../shared/http/schemas';
import { requestJobFor } from '../../shared/operations/jobs/request-job';
import { route } from './route';

export const registerPostUndelete = route(
  {
    name: 'postUndelete',
    method: 'POST',
    path: 'undeletes',
    role: 'Admin',
    summary: 'Brings back a deleted blob, the blobs of a prefix and time window, or a deleted container',
    body: undeleteBody,
    startsJob: true,
    answers: { 202: jobAnswer },
  },
  async ({ request, caller, body, idempotencyKey }) => {
    const { systems } = app();
    chooseContainer(body.container, systems.contentStore.containers());
    // asked before a job is made: a missing setting, or an account that cannot do it, is an answer of its own
    await systems.contentStore.refuseHierarchicalNamespace();
    const order = { kind: 'undelete', request: body, requestedBy: caller.name } as const;
    return accepted(request, await requestJobFor(systems, order, idempotencyKey));
  },
);
