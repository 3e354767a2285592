import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { app } from '../../shared/app';
import { Failure } from '../../shared/domain/failure';
import { consoleAnswer } from '../../shared/http/console-answer';
import { anyQuery } from '../../shared/http/schemas';
import { describeSignIn } from '../../shared/operations/sign-in/describe-sign-in';
import { route } from './route';

const page = {
  method: 'GET',
  role: 'none',
  query: anyQuery,
  produces: 'text/html; charset=utf-8',
  answers: { 200: z.string() },
} as const;

export const registerGetConsole = route(
  { name: 'getConsole', path: 'console', summary: 'The web page; it signs in by itself', ...page },
  ({ request }) => serve(request, 'index.html'),
);

/** What is below it: its files, and the page itself for every address that it does not know. */
export const registerGetConsoleFile = route(
  { name: 'getConsoleFile', path: 'console/{*path}', summary: 'A file of the web page', ...page },
  ({ request, params: { path } }) => serve(request, path.startsWith('assets/') ? path : 'index.html'),
);

async function serve(request: HttpRequest, name: string): Promise<HttpResponseInit> {
  const { consoleAssets, systems } = app();
  const asset = await consoleAssets.find(name);
  if (asset === undefined) throw new Failure('not-found', `the console has no file ${JSON.stringify(name)}`);
  return consoleAnswer(name, asset, { acceptEncoding: request.headers.get('accept-encoding'), issuer: issuerOf() });

  function issuerOf(): string | null {
    try {
      const signIn = describeSignIn(systems);
      return signIn.authMode === 'local' ? signIn.issuerUrl : null;
    } catch {
      return null; // the page is there to show what is wrong with the settings
    }
  }
}
