import type { HttpResponseInit } from '@azure/functions';
import { app } from '../../shared/app';
import { healthAnswer } from '../../shared/http/answers';
import { json } from '../../shared/http/endpoint';
import { anyQuery } from '../../shared/http/schemas';
import { checkHealth } from '../../shared/operations/watch/check-health';
import { route } from './route';

const CACHED_MS = 60_000;
let cached: { at: number; answer: Promise<HttpResponseInit> } | undefined;

/** Open to everybody, so it is computed once a minute at most, however often it is asked. */
export const registerGetHealth = route(
  {
    name: 'getHealth',
    method: 'GET',
    path: 'health',
    role: 'none',
    summary: 'Whether backups are taken as they should be; 503 when not',
    // probes add what they like
    query: anyQuery,
    answers: { 200: healthAnswer, 503: healthAnswer },
  },
  async () => {
    if (cached === undefined || performance.now() - cached.at > CACHED_MS) {
      cached = { at: performance.now(), answer: answerHealth() };
    }
    return cached.answer;
  },
);

async function answerHealth(): Promise<HttpResponseInit> {
  const health = await checkHealth(app().systems);
  return json(health.status === 'failing' ? 503 : 200, health);
}
