import { app } from '../../shared/app';
import { accepted } from '../../shared/http/accepted';
import { jobAnswer } from '../../shared/http/answers';
import { json } from '../../shared/http/endpoint';
import { policyPlanAnswer } from '../../shared/http/policy-answers';
import { policiesBody } from '../../shared/http/schemas';
import { planStoragePolicies } from '../../shared/operations/storage-policies/plan-storage-policies';
import { requestPolicies } from '../../shared/operations/storage-policies/request-policies';
import { route } from './route';

export const registerPostStoragePolicies = route(
  {
    name: 'postStoragePolicies',
    method: 'POST',
    path: 'storage-policies/apply',
    role: 'Admin',
    summary: 'Compares soft delete, lifecycle, versioning and immutability with what should be, and mends what it may',
    body: policiesBody,
    startsJob: true,
    answers: { 200: policyPlanAnswer, 202: jobAnswer },
  },
  async ({ request, caller, body: { dryRun }, idempotencyKey }) => {
    const { systems } = app();
    if (dryRun === true) return json(200, await planStoragePolicies(systems));
    return accepted(request, await requestPolicies(systems, caller.name, idempotencyKey));
  },
);
