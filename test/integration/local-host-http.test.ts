import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFixtureHost, FIXTURE_APP, type FixtureHost } from '../fixtures/local-host-app/start-fixture-host';

let host: FixtureHost;

beforeAll(async () => {
  host = await startFixtureHost({ GIVEN: 'from settings', 'AzureWebJobs.disabled.Disabled': 'true' });
});
afterAll(async () => {
  await host.stop();
});

async function get(path: string, init: RequestInit = {}): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(host.url + path, init);
  return { status: response.status, body: await response.text(), headers: response.headers };
}

describe('requests', () => {
  it('reach the function with method, parameters, headers and body, and come back with status, headers and cookies', async () => {
    const answer = await get('/api/echo/a%20b', { method: 'POST', body: 'grüße', headers: { 'x-sent': 'yes' } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-fixture')).toBe('yes');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.getSetCookie()).toEqual(['seen=1; max-age=60; httponly; samesite=Strict']);
    expect(JSON.parse(answer.body)).toEqual({
      ...{ method: 'POST', url: `${host.url}/api/echo/a%20b`, params: { word: 'a b' }, query: {} },
      ...{ header: 'yes', body: 'grüße', functionName: 'echo' },
    });
  });

  it('join repeated query keys by commas', async () => {
    expect(JSON.parse((await get('/api/echo/w?x=1&x=2&y=')).body)).toMatchObject({ query: { x: '1,2', y: '' } });
  });

  it('run the hooks before an invocation, and the log has what context.log wrote', async () => {
    await get('/api/echo/w');
    expect(host.records('before').at(-1)).toMatchObject({ name: 'echo' });
    expect(host.output()).toContain('Functions.echo.User: echoes');
  });

  it('see the settings and what the host sets for its worker', async () => {
    expect(JSON.parse((await get('/api/setting')).body)).toEqual({ given: 'from settings', runtime: 'node' });
  });

  it('of 30 MB pass, of 101 MB get an empty 500', async () => {
    const answer = await get('/api/echo/w', { method: 'POST', body: Buffer.alloc(30e6, 'a') });
    expect(answer.status).toBe(201);
    const tooLarge = await get('/api/echo/w', { method: 'POST', body: Buffer.alloc(106e6, 'a') });
    expect(tooLarge).toMatchObject({ status: 500, body: '' });
  });
});

describe('routes', () => {
  it.each([
    ['/api/v1/users/me', 200, 'gen'], // "gen" comes before "spec", although the latter is literal
    ['/API/V1/Users/ME', 200, 'gen'],
    ['/api/named', 200, 'named'],
    ['/api/named/', 200, 'named'],
    ['/api/verb', 200, 'got'],
    ['/api/n/7', 200, '7'],
    ['/api/n/0', 404, ''],
    ['/api/n/seven', 404, ''],
    ['/api/n', 404, ''],
    ['/api/n/7/8', 404, ''],
    ['/api/files/a/b%20c/d%2Fe', 200, 'a/b c/d%2Fe'],
    ['/named', 404, ''],
    ['/api/unknown', 404, ''],
    ['/api/disabled', 404, ''],
  ])('GET %s answers %i "%s"', async (path, status, body) => {
    expect(await get(path)).toMatchObject({ status, body });
  });

  it('answer 404 to a wrong method, and look further for one that fits', async () => {
    expect(await get('/api/named', { method: 'POST' })).toMatchObject({ status: 404 });
    expect(await get('/api/verb', { method: 'POST' })).toMatchObject({ status: 200, body: 'posted' });
  });
});

describe('results', () => {
  it.each([
    ['nothing', 204],
    ['text', 500],
    ['throws', 500],
  ])('of "%s" are %i with an empty body', async (name, status) => {
    expect(await get(`/api/${name}`)).toMatchObject({ status, body: '' });
  });

  it('do not include a registration after the start', async () => {
    expect((await get('/api/late', { method: 'POST' })).body).toContain('during app startup');
  });
});

describe('keys', () => {
  const header = (key: string): RequestInit => ({ headers: { 'x-functions-key': key } });

  it('of the function, the host and the master open a function of level "function", by header and by query', async () => {
    const own = host.keys.functions['keyed'] ?? '';
    expect((await get('/api/keyed')).status).toBe(401);
    expect((await get('/api/keyed', header('wrong'))).status).toBe(401);
    for (const key of [own, host.keys.host, host.masterKey]) {
      expect((await get('/api/keyed', header(key))).status).toBe(200);
      expect((await get(`/api/keyed?code=${key}`)).status).toBe(200);
    }
  });

  it('other than the master do not open a function of level "admin"', async () => {
    expect((await get('/api/ruled', header(host.keys.functions['ruled'] ?? ''))).status).toBe(401);
    expect((await get('/api/ruled', header(host.keys.host))).status).toBe(401);
    expect((await get('/api/ruled', header(host.masterKey))).status).toBe(200);
  });

  it('are ignored by anonymous functions', async () => {
    expect((await get('/api/named', header('wrong'))).status).toBe(200);
  });

  it('are others at each start', async () => {
    const other = await startFixtureHost();
    expect(other.masterKey).not.toBe(host.masterKey);
    expect((await other.stop()).code).toBe(0);
  });
});

describe('/admin', () => {
  const master = (init: RequestInit = {}): RequestInit => ({ ...init, headers: { 'x-functions-key': host.masterKey } });
  const run = (input: unknown): RequestInit => master({ method: 'POST', body: JSON.stringify(input) });

  it('has an open ping and keeps the rest for the master key', async () => {
    expect((await get('/admin/host/ping')).status).toBe(200);
    expect((await get('/admin/host/status')).status).toBe(401);
    expect((await get('/admin/functions/yearly', { method: 'POST', body: '{}' })).status).toBe(401);
    const status = await get('/admin/host/status', master());
    expect(JSON.parse(status.body)).toMatchObject({ state: 'Running' });
  });

  it('runs a timer function by hand', async () => {
    expect((await get('/admin/functions/yearly', run({ input: '' }))).status).toBe(202);
    const [record] = await host.waitFor('yearly');
    expect(record).toMatchObject({ timer: { isPastDue: false } });
  });

  it('runs a queue function by hand, with text that is parsed when it is JSON', async () => {
    expect((await get('/admin/functions/WORK', run({ input: '{"n":1}' }))).status).toBe(202);
    expect((await host.waitFor('work'))[0]).toMatchObject({ message: { n: 1 } });
  });

  it.each([
    ['an unknown function', '/admin/functions/unknown', { input: '' }, 404],
    ['an HTTP function', '/admin/functions/named', { input: '' }, 400],
    ['a body that is no object', '/admin/functions/yearly', 'text', 400],
    ['an input that is no text', '/admin/functions/yearly', { input: 1 }, 400],
  ])('refuses %s', async (_what, path, body, status) => {
    expect((await get(path, run(body))).status).toBe(status);
  });
});

it('puts functions with bad names, routes or schedules in error, and only those', () => {
  expect(host.inError.map(({ name }) => name)).toEqual([
    ...['1digit', 'adminThing', 'dot.ted', 'host', 'routedToAdmin', 'runtimeThing', 'sundaySeven'],
    ...['unsetSchedule', 'verbTwice', 'writesQueue'],
  ]);
  expect(host.startupErrors).toEqual([]);
});

describe('a host that is down', () => {
  it.each([['/leading'], ['x/{id:unknown}'], ['x/{id'], ['x/{a}{b}'], ['x/{id}/{id}']])(
    'because of the route %s answers 503 everywhere and says why',
    async (route) => {
      const down = await startFixtureHost({ BAD_ROUTE: route });
      expect((await fetch(`${down.url}/api/named`)).status).toBe(503);
      const status = await fetch(`${down.url}/admin/host/status?code=${down.masterKey}`);
      expect(await status.json()).toMatchObject({ state: 'Error', errors: [expect.stringContaining('route')] });
      await down.stop();
    },
  );

  it.each([['not json'], ['{"version":"1.0"}']])('because of the host.json %s answers 503', async (hostJson) => {
    await withHostJson(hostJson, async (appDir) => {
      const down = await startFixtureHost({}, { appDir });
      expect((await fetch(`${down.url}/api/named`)).status).toBe(503);
      await down.stop();
    });
  });

  it('is not one whose app cannot be loaded: that runs without functions', async () => {
    const empty = await startFixtureHost({ THROW_AT_LOAD: '1' }, { appDir: FIXTURE_APP });
    expect(empty.output()).toContain('cannot be loaded');
    expect((await fetch(`${empty.url}/admin/host/ping`)).status).toBe(200);
    await empty.stop();
  });
});

describe('a stop', () => {
  it('by SIGTERM runs the terminate hooks and lets running requests finish', async () => {
    const stopping = await startFixtureHost();
    const answer = fetch(`${stopping.url}/api/slow`);
    await stopping.waitFor('slow began');
    const end = stopping.stop();
    expect((await answer).status).toBe(200);
    expect(await end).toEqual({ code: 0, signal: null });
    expect(stopping.records('appStart')).toHaveLength(1);
    expect(stopping.records('appTerminate')).toHaveLength(1);
  });

  it('waits no longer than the drain time', async () => {
    const stopping = await startFixtureHost({}, { drainMs: 300 });
    const answer = fetch(`${stopping.url}/api/hangs`).catch(() => 'cut');
    await stopping.waitFor('hangs');
    const startedAt = Date.now();
    expect(await stopping.stop()).toEqual({ code: 1, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(await answer).toBe('cut');
  });
});

it('ends when a function reaches functionTimeout, and everything in it: the real host restarts its worker then', async () => {
  await withHostJson('{"version":"2.0","functionTimeout":"00:00:01"}', async (appDir) => {
    const timing = await startFixtureHost({}, { appDir });
    await expect(fetch(`${timing.url}/api/hangs`)).rejects.toThrow('fetch failed');
    expect(await timing.ended).toEqual({ code: 1, signal: null });
    expect(timing.output()).toContain('Functions.hangs: reached functionTimeout');
  });
});

it('names the port when it is taken', async () => {
  await expect(startFixtureHost({}, { port: Number(new URL(host.url).port) })).rejects.toThrow('EADDRINUSE');
});

async function withHostJson(hostJson: string, use: (appDir: string) => Promise<void>): Promise<void> {
  const appDir = mkdtempSync(join(tmpdir(), 'lifebook-host-json-'));
  try {
    cpSync(FIXTURE_APP, appDir, { recursive: true });
    symlinkSync(join(FIXTURE_APP, '../../../node_modules'), join(appDir, 'node_modules'));
    writeFileSync(join(appDir, 'host.json'), hostJson);
    await use(appDir);
  } finally {
    rmSync(appDir, { recursive: true });
  }
}
