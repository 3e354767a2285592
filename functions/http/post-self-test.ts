import { app } from '../../shared/app';
import { selfTestAnswer } from '../../shared/http/check-answers';
import { json } from '../../shared/http/endpoint';
import { runSelfTest } from '../../shared/operations/self-test/run-self-test';
import { route } from './route';

export const registerPostSelfTest = route(
  {
    name: 'postSelfTest',
    method: 'POST',
    path: 'self-test',
    role: 'Admin',
    summary: 'Which hop fails on the way to each database, to storage and to Azure',
    answers: { 200: selfTestAnswer },
  },
  async () => json(200, await runSelfTest(app().systems)),
);
