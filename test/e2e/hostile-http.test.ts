import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAzurite } from '../../infra/local/environment/azurite';
import { Cleanup } from '../fixtures/environment/cleanup';
import { buildTestClient } from '../fixtures/environment/client';
import { type HostedApp, startHostedApp } from '../fixtures/environment/hosted-app';
import { type RawAnswer, type RawRequest, sendRaw } from '../fixtures/environment/raw-http';

/** The default. */
const JOBS_PER_CALLER = 20;
const ORDER = '{"kind":"manual"}';
const cleanup = new Cleanup();
let app: HostedApp;
let output = '';

beforeAll(async () => {
  const store = await cleanup.add(startAzurite({ inMemory: true }));
  // no ticket is taken: the jobs that are asked for stay queued, and no database is asked
  const settings = {
    DATABASE_URL_FAMILY: 'postgresql://backup:pw@127.0.0.1:1/family',
    'AzureWebJobs.runJob.Disabled': 'true',
  };
  app = await cleanup.add(startHostedApp(store, settings, (text) => (output += text)));
});
afterAll(() => cleanup.stopAll());

/** Sent with the token of a Release caller of that name, so that one test's jobs do not fill another's share. */
const as = async (name: string, { headers = [], ...request }: RawRequest): Promise<RawAnswer> => {
  const token = await app.tokenOf('Release', name);
  return sendRaw(app.host.url, { ...request, headers: [`Authorization: Bearer ${token}`, ...headers] });
};
const post = (name: string, path: string, body: string | Buffer, headers: string[] = []): Promise<RawAnswer> =>
  as(name, { line: `POST ${path}`, body, headers: [`Content-Length: ${Buffer.byteLength(body)}`, ...headers] });
const problemOf = ({ body }: RawAnswer): Record<string, unknown> =>
  JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')) as Record<string, unknown>;

describe('a body', () => {
  const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`;
  it.each([
    ['of 70 kB', [`Content-Length: 70000`], 'x'.repeat(70_000), 413],
    ['of 80 kB whose length nobody tells', ['Transfer-Encoding: chunked'], `${chunk.repeat(5)}0\r\n\r\n`, 413],
    [
      'with a length and chunks',
      ['Transfer-Encoding: chunked', 'Content-Length: 17'],
      `11\r\n${ORDER}\r\n0\r\n\r\n`,
      400,
    ],
    ['longer than it says', ['Content-Length: 17'], ORDER + 'POST /api/backups HTTP/1.1\r\n\r\n', 400],
  ])('%s is refused', async (_what, headers, body, status) => {
    const answer = await as('bodies', { line: 'POST /api/backups', headers, body });
    expect(answer.status).toBe(status);
  });

  it.each([
    ['a name twice', '{"kind":"manual","kind":"pre-release"}', 'kind: is in the body twice'],
    ['__proto__', '{"kind":"manual","__proto__":{"isAdmin":true}}', '__proto__: Unrecognized key'],
    ['constructor', '{"kind":"manual","constructor":{"prototype":{}}}', 'constructor: Unrecognized key'],
    ['30,000 lists in each other', '['.repeat(30_000) + ']'.repeat(30_000), 'body: '],
    [
      '10,000 objects in each other',
      `{"kind":"manual","release":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_001)}`,
      'release.',
    ],
    ['a second document', ORDER + ORDER, 'body: is not JSON'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"kind":"manual","reason":"\xff"}', 'latin1'),
      'body: is not JSON in UTF-8',
    ],
    ['a NUL', '{"kind":"manual","reason":"a\\u0000"}', 'reason: must be plain text'],
    ['half a character', '{"kind":"manual","reason":"\\ud800"}', 'reason: must be plain text'],
    ['a direction', '{"kind":"manual","reason":"a\\u202eb"}', 'reason: must be plain text'],
    ['an escape', '{"kind":"manual","reason":"\\u001b[2J"}', 'reason: must be plain text'],
  ])('with %s is refused by name', async (_what, body, says) => {
    const answer = await post('bodies', '/api/backups', body);
    expect([answer.status, problemOf(answer)]).toMatchObject([
      400,
      { code: 'invalid-request', detail: expect.stringContaining(says) },
    ]);
  });

  it.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.lifebook+json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('called %s is read as JSON, and counts for nobody without a token', async (type) => {
    const headers = [`Content-Length: ${ORDER.length}`, ...(type === undefined ? [] : [`Content-Type: ${type}`])];
    const request = { line: 'POST /api/backups', headers, body: ORDER };
    expect((await as('types', request)).status).toBe(202);
    // what a page of another site can have a browser send
    expect((await sendRaw(app.host.url, { ...request, headers: [...headers, 'Cookie: token=x'] })).status).toBe(401);
    const form = await as('types', {
      ...request,
      headers: [...headers.slice(1), 'Content-Length: 11'],
      body: 'kind=manual',
    });
    expect([form.status, problemOf(form)['detail']]).toEqual([400, 'body: is not JSON in UTF-8']);
  });

  it('of several lines with a family of signs is a reason', async () => {
    const body = JSON.stringify({ kind: 'manual', reason: 'before the move:\n\tphotos 👨‍👩‍👧 of Zoë' });
    expect((await post('reasons', '/api/backups', body)).status).toBe(202);
  });
});

describe('a path or query', () => {
  const ids = [
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2fstate',
    '..%5c..',
    '%00',
    '%ff',
    '%',
    '%252e%252e',
    '__proto__',
    'x'.repeat(3000),
  ];
  it.each(ids)('with the id %s finds nothing', async (id) => {
    for (const path of ['backups', 'jobs', 'drills']) {
      const answer = await as('paths', { line: `GET /api/${path}/${id}` });
      expect([path, answer.status, problemOf(answer)['code']]).toEqual([path, 404, 'not-found']);
    }
    const plan = await as('paths', { line: `GET /api/releases/${id}/rollback-plan` });
    expect([400, 404]).toContain(plan.status);
    const file = await as('paths', { line: `GET /api/console/assets/${id}` });
    expect(file.status).toBe(404);
  });

  it.each([
    ['wait=201', 'wait: must be at most 200'],
    ['wait=-1', 'wait: must be a whole number, in digits'],
    ['wait=1e400', 'wait: must be a whole number, in digits'],
    ['wait=1&wait=2', 'wait: must be a whole number, in digits'],
    ['wait=1&until=2', 'until: Unrecognized key'],
  ])('of a job with %s is refused by name', async (query, says) => {
    const answer = await as('paths', { line: `GET /api/jobs/20260101T000000Z-00000000?${query}` });
    expect([answer.status, problemOf(answer)['detail']]).toEqual([400, expect.stringContaining(says)]);
  });

  it.each(['__proto__', 'constructor', 'toString', '__proto__[isAdmin]'])(
    'with the name %s is refused by it',
    async (name) => {
      for (const path of ['jobs', 'jobs/20260101T000000Z-00000000', 'databases']) {
        for (const query of [`${name}=x`, `${name}=x&${name}=y`, name]) {
          const answer = await as('paths', { line: `GET /api/${path}?${query}` });
          expect([path, query, answer.status]).toEqual([path, query, 400]);
          expect(problemOf(answer)['detail']).toBe(`${name}: Unrecognized key: "${name}"`);
        }
      }
    },
  );

  const cursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
  it.each([
    ['jobs', cursor({ jobId: 1 }), 400],
    ['jobs', cursor(['a']), 400],
    ['jobs', '%ff%00', 400],
    ['jobs', '', 400],
    ['jobs', cursor({ jobId: '../../audit/x' }), 200],
    ['backups', cursor({ snapshotAt: "'; drop table moments", blob: '../y' }), 200],
    ['drills', cursor({ jobId: '\u0000' }), 200],
  ])('of %s with the forged cursor %s leads nowhere else', async (list, forged, status) => {
    const answer = await as('paths', { line: `GET /api/${list}?cursor=${forged}` });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toMatch(/"items":\[(\{"jobId"|\])/);
  });

  it.each(['HEAD', 'OPTIONS', 'TRACE', 'PATCH', 'PUT', 'PROPFIND'])(
    'of a route with %s is not served',
    async (method) => {
      expect((await as('paths', { line: `${method} /api/backups` })).status).toBe(404);
    },
  );

  it('is taken as it is, whatever other headers call it', async () => {
    const headers = [
      'X-HTTP-Method-Override: DELETE',
      'X-Original-URL: /api/audit',
      'X-MS-CLIENT-PRINCIPAL: eyJ9',
      'If-None-Match: *',
    ];
    const answer = await as('paths', { line: 'GET /api/backups', headers });
    expect([answer.status, problemOf(answer)]).toEqual([200, { items: [] }]);
  });

  it.each(['a b/c?d#e', '[::1', '%00'])('at the host %s is refused', async (host) => {
    expect((await as('paths', { line: 'GET /api/backups', host })).status).toBe(400);
  });
});

describe('a token', () => {
  it('counts only where it belongs, once, and as a whole', async () => {
    const token = await app.token('Admin');
    const ask = (line: string, ...headers: string[]): Promise<RawAnswer> => sendRaw(app.host.url, { line, headers });
    for (const value of [
      'Bearer',
      'Basic x',
      token,
      `Bearer ${token} x`,
      `Bearer ${token},${token}`,
      `Bearer ${'a'.repeat(7000)}`,
    ]) {
      expect((await ask('GET /api/jobs', `Authorization: ${value}`)).status).toBe(401);
    }
    expect((await ask(`GET /api/jobs?access_token=${token}`)).status).toBe(401);
    expect((await ask('GET /api/jobs', `Cookie: token=${token}`)).status).toBe(401);
  });
});

describe('an Idempotency-Key', () => {
  const key = (name: string): string[] => [`Idempotency-Key: ${name}`];
  const jobOf = async (caller: string, name: string, body = ORDER): Promise<unknown> =>
    problemOf(await post(caller, '/api/backups', body, key(name)))['jobId'];

  it('gives one job to twenty calls at once', async () => {
    const jobs = await Promise.all(Array.from({ length: 20 }, () => jobOf('keys', 'at-once')));
    expect(new Set(jobs).size).toBe(1);
  });

  it('belongs to its caller, its route and its body', async () => {
    const first = await jobOf('keys', 'mine');
    expect(await jobOf('another', 'mine')).not.toBe(first);
    for (const answer of [
      await post('keys', '/api/backups', '{"kind":"manual","reason":"x"}', key('mine')),
      await post('keys', '/api/backups', '{"kind":"pre-release"}', key('mine')),
    ]) {
      expect([answer.status, problemOf(answer)]).toMatchObject([
        409,
        { code: 'idempotency-key-reused', detail: expect.stringMatching(/^Idempotency-Key: /) },
      ]);
    }
  });

  it.each(['', 'a b', 'é', 'a'.repeat(129), 'a\r\nIdempotency-Key: b'])('%j is none', async (name) => {
    const answer = await post('keys', '/api/backups', ORDER, key(name));
    expect([answer.status, problemOf(answer)['detail']]).toEqual([
      400,
      expect.stringMatching(/^Idempotency-Key: must be/),
    ]);
  });

  it('is no path', async () => {
    expect(await jobOf('keys', '../../audit/x')).toMatch(/^\d{8}T/);
  });
});

it('lets a caller have so many unfinished jobs and no more, however many are asked for at once', async () => {
  const all = await Promise.all(
    Array.from({ length: 3 * JOBS_PER_CALLER }, () => post('greedy', '/api/backups', ORDER)),
  );
  const count = (status: number): number => all.filter((answer) => answer.status === status).length;
  expect([count(202), count(429)]).toEqual([JOBS_PER_CALLER, 2 * JOBS_PER_CALLER]);
  const refused = all.find(({ status }) => status === 429);
  expect(refused && problemOf(refused)).toMatchObject({ code: 'too-many-jobs', hint: expect.any(String) });
  expect(refused?.head).toMatch(/^Retry-After: 30\r$/im);

  const client = await cleanup.add(buildTestClient());
  const settings = { LIFEBOOK_BACKUP_URL: app.host.url, LIFEBOOK_BACKUP_TOKEN: await app.tokenOf('Release', 'greedy') };
  const told = await client.run(['backup', 'manual'], settings);
  expect([told.code, told.stderr]).toEqual([
    3,
    expect.stringMatching(/too-many-jobs: .*\nHINT: .*; try again after 30 s\n/),
  ]);
  const json = await client.run(['backup', 'manual', '--json'], settings);
  expect(JSON.parse(json.stderr)).toMatchObject({ code: 'too-many-jobs', retryAfterSeconds: 30, exit: 3 });
});

it('records the address that the front end saw last, and one line of what a caller calls itself', async () => {
  const headers = [
    'X-Forwarded-For: 1.2.3.4, <script>, 203.0.113.9:4711',
    'X-Forwarded-Host: evil.example',
    `User-Agent: a${'b'.repeat(500)}`,
  ];
  const { body } = { body: problemOf(await post('spoofer', '/api/backups', ORDER, headers)) };
  const { items } = problemOf(
    await sendRaw(app.host.url, {
      line: `GET /api/audit?jobId=${String(body['jobId'])}`,
      headers: [`Authorization: Bearer ${await app.token('Admin')}`],
    }),
  );
  expect(items).toMatchObject([{ from: { address: '203.0.113.9:4711', userAgent: `a${'b'.repeat(199)}` } }]);
});

it('took none of this for a defect', () => {
  expect(output.split('\n').filter((line) => /defect|unhandled|\bat \w+ \(/i.test(line))).toEqual([]);
});
