import { app } from '../../shared/app';
import { signInAnswer } from '../../shared/http/console-answer';
import { json } from '../../shared/http/endpoint';
import { anyQuery } from '../../shared/http/schemas';
import { describeSignIn } from '../../shared/operations/sign-in/describe-sign-in';
import { route } from './route';

export const registerGetConsoleConfig = route(
  {
    name: 'getConsoleConfig',
    method: 'GET',
    path: 'console/config.json',
    role: 'none',
    summary: 'How the web page signs its user in',
    query: anyQuery,
    answers: { 200: signInAnswer },
  },
  () => json(200, describeSignIn(app().systems)),
);
