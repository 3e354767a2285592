import { app as functions, type HttpResponseInit } from '@azure/functions';
import { app } from '../../shared/app';
import { catchUp } from '../../shared/catch-up';
import { json } from '../../shared/http/endpoint';
import { asFailure } from '../../shared/domain/failure';
import { problem } from '../../shared/http/problem';
import { checkHealth } from '../../shared/operations/check-health';

const CACHED_MS = 60_000;
let cached: { at: number; answer: Promise<HttpResponseInit> } | undefined;

/** Open to everybody, so it is computed once a minute at most, however often it is asked. */
export function registerGetHealth(): void {
  functions.http('getHealth', {
    methods: ['GET'],
    route: 'health',
    authLevel: 'anonymous',
    handler: async () => {
      if (cached === undefined || performance.now() - cached.at > CACHED_MS) {
        cached = { at: performance.now(), answer: answerHealth() };
      }
      return cached.answer;
    },
  });
}

async function answerHealth(): Promise<HttpResponseInit> {
  try {
    const health = await checkHealth(app().systems);
    await catchUp();
    return json(health.status === 'failing' ? 503 : 200, health);
  } catch (error) {
    return problem(asFailure(error));
  }
}
