import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { AUTHORIZATION, rowOf } from '../../infra/bundle/authorization-table';
import type { Route } from '../../shared/http/route';
import { Cleanup } from '../fixtures/environment/cleanup';
import { FIRST_BUILD_TIMEOUT_MS } from '../fixtures/environment/client-tools';
import { answerCheck } from '../fixtures/fuzz/answer-check';
import { type FuzzedApp, startFuzzedApp } from '../fixtures/fuzz/fuzzed-app';
import { type FuzzRequest, fuzzRequests } from '../fixtures/fuzz/hostile-requests';

const RUNS = 10_000;
/** After so many storage is as in the beginning: else each list would read all jobs that those before have made. */
const BATCH = 100;
/** No answer by then is a hang. Seconds as a rule; the machine may be busy. */
const ROUTE_TIMEOUT_MS = 10 * 60_000;

const defects: unknown[] = [];
const context = new InvocationContext({
  logHandler: (level, ...words: unknown[]) => {
    if (level === 'error') defects.push(words.map((word) => (word instanceof Error ? word.stack : word)));
  },
});

const cleanup = new Cleanup();
let fuzzed: FuzzedApp;
let before: unknown;
let undescribed: ReturnType<typeof answerCheck>;

beforeAll(async () => {
  fuzzed = await startFuzzedApp(cleanup);
  before = await fuzzed.contents();
  undescribed = answerCheck([...fuzzed.handlers.keys()]);
}, FIRST_BUILD_TIMEOUT_MS);
afterAll(() => cleanup.stopAll());

describe('of hostile inputs, each is taken as it is meant or refused by name, and nothing else happens', () => {
  it.each(Object.keys(AUTHORIZATION))(
    `${RUNS} by %s`,
    async (row) => {
      const found = [...fuzzed.handlers].find(([route]) => rowOf(route) === row);
      if (found === undefined) throw new Error(`${row} is not registered`);
      const [route, handler] = found;
      const counts = new Map<number, number>();
      const wrong: string[] = [];
      const seed = Date.now() | 0;
      const requests = fuzzRequests(route, fuzzed.known);
      const start = process.cpuUsage();
      for (let run = 0; run < RUNS; run += BATCH) {
        fuzzed.reset();
        for (const input of fc.sample(requests, { numRuns: BATCH, seed: seed + run })) {
          const answer = (await handler(requestOf(route, input), context)) as HttpResponseInit;
          const { status = 0 } = answer;
          counts.set(status, (counts.get(status) ?? 0) + 1);
          // every server and account is there and answers: nothing but a defect is a reason for a 5xx
          const differs = undescribed(route, answer);
          if (status >= 500 || differs !== undefined || leaks(row, answer, input))
            wrong.push(JSON.stringify({ differs, input, ...answer }).slice(0, 3000));
        }
      }
      const { user, system } = process.cpuUsage(start);
      const told = JSON.stringify(Object.fromEntries(counts));
      process.stdout.write(
        `fuzz ${row}: ${told}, ${Math.round((user + system) / 1000)} ms of this process (seed ${seed})\n`,
      );
      expect([wrong.slice(0, 3), defects.splice(0).slice(0, 3)]).toEqual([[], []]);
      const share = (...statuses: number[]): number =>
        statuses.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0) / RUNS;
      expect(1 - share(400, 413)).toBeGreaterThanOrEqual(0.2);
      expect(share(429)).toBeLessThan(0.01);
      expect(await fuzzed.contents()).toEqual(before);
    },
    ROUTE_TIMEOUT_MS,
  );
});

/** What a route is there to tell: the link to a dump names the storage account. */
const TOLD: Readonly<Record<string, RegExp>> = {
  'POST /backups/{backupId}/download': /"url":"[^"]*"/,
};

/** Whether an answer has what nobody may learn from it, unless it repeats what was sent. */
function leaks(row: string, { body, headers }: HttpResponseInit, input: FuzzRequest): boolean {
  const content = typeof body === 'string' ? body : Buffer.from((body ?? []) as Uint8Array).toString();
  const text = `${content} ${JSON.stringify(headers)}`.replace(TOLD[row] ?? '', '');
  const told = fuzzed.secrets.filter((secret) => text.includes(secret));
  return told.some((secret) => !JSON.stringify(input).includes(secret));
}

/** As the endpoint reads it; a real HttpRequest costs more than all that is tested here. */
function requestOf(route: Route, { params, query, body, idempotencyKey }: FuzzRequest): HttpRequest {
  const headers = new Map([['authorization', 'Bearer x']]);
  // what no HTTP parser lets through does not reach us either
  if (idempotencyKey !== undefined && /^[\x20-\x7e]*$/.test(idempotencyKey)) {
    headers.set('idempotency-key', idempotencyKey);
  }
  return {
    ...{ method: route.method, url: 'http://127.0.0.1/api/x', params },
    headers: { get: (name: string) => headers.get(name) ?? null },
    query: new URLSearchParams(query),
    arrayBuffer: () => Promise.resolve(Buffer.from(route.method === 'GET' ? '' : body)),
  } as unknown as HttpRequest;
}
