import { describe, expect, it } from '@jest/globals';
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { Failure } from '../../../shared/domain/failure';
import { rolesOf } from '../../../shared/domain/access/roles';
import type { AuditEntry } from '../../../shared/http/audit-entry';
import { endpoint, json } from '../../../shared/http/endpoint';
import { readBody, readIdempotencyKey, readQuery } from '../../../shared/http/read-request';

const URL_BASE = 'http://127.0.0.1/api/backups';
const context = new InvocationContext({ logHandler: () => undefined });

function request(
  options: { token?: string; body?: string; query?: Record<string, string>; key?: string } = {},
): HttpRequest {
  const headers: Record<string, string> = {};
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  if (options.key !== undefined) headers['idempotency-key'] = options.key;
  return new HttpRequest({
    method: 'POST',
    url: URL_BASE,
    headers,
    ...(options.query === undefined ? {} : { query: options.query }),
    ...(options.body === undefined ? {} : { body: { string: options.body } }),
  });
}

/** The token is the app role itself; "bad" is no token. */
const tokenVerifier = {
  verify: (token: string) =>
    token === '' || token === 'bad'
      ? Promise.reject(new Failure('unauthenticated', 'not valid'))
      : Promise.resolve({ subject: 'anna', name: 'anna', roles: rolesOf([token]) }),
};
let caughtUp = 0;
const audited: AuditEntry[] = [];
const needs = () => ({
  guard: 'token' as const,
  tokenVerifier,
  catchUp: () => Promise.resolve(void (caughtUp += 1)),
  audit: (entry: AuditEntry) => Promise.resolve(void audited.push(entry)),
});
const release = { name: 'test', method: 'POST', path: 'backups', role: 'Release', summary: '', answers: {} } as const;
const read = { ...release, role: 'Read' } as const;
const admin = { ...release, role: 'Admin' } as const;
const bodyOf = (answer: HttpResponseInit): unknown => JSON.parse(answer.body as string);

describe('an endpoint', () => {
  const door = endpoint(needs, release, ({ caller }) => Promise.resolve(json(200, { caller: caller.name })));

  it.each([
    [undefined, 401, 'unauthenticated'],
    ['bad', 401, 'unauthenticated'],
    ['Backup.Nothing', 403, 'forbidden'],
    ['Backup.Read', 403, 'forbidden'],
  ])('answers the token %s with %d', async (token, status, code) => {
    const answer = await door(request(token === undefined ? {} : { token }), context);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(bodyOf(answer)).toMatchObject({ code, status });
  });

  it.each(['Backup.Release', 'Backup.Admin'])('lets %s in, and looks at the last tick', async (token) => {
    const before = caughtUp;
    const answer = await door(request({ token }), context);
    expect([answer.status, bodyOf(answer), caughtUp - before]).toEqual([200, { caller: 'anna' }, 1]);
  });

  it('tells nothing of a defect', async () => {
    const broken = endpoint(needs, read, () => Promise.reject(new Error('postgresql://u:secret@host/db')));
    const answer = await broken(request({ token: 'Backup.Read' }), context);
    expect(answer.status).toBe(500);
    expect(answer.body).not.toMatch(/secret|host/);
  });

  it('keeps everybody out when nobody can be told apart', async () => {
    const closed = { verify: () => Promise.reject(new Failure('auth-not-configured', 'no keys')) };
    const door503 = endpoint(
      () => ({ ...needs(), tokenVerifier: closed }),
      read,
      () => Promise.resolve(json(200, {})),
    );
    expect((await door503(request(), context)).status).toBe(503);
    expect((await door503(request({ token: 'Backup.Admin' }), context)).status).toBe(503);
  });
});

describe('with a function key, which the host has checked', () => {
  const keyed = (route: typeof read | typeof release | typeof admin) =>
    endpoint(
      () => ({ ...needs(), guard: 'function-key' }),
      route,
      ({ caller }) => Promise.resolve(json(200, { caller: caller.name })),
    );

  it.each([read, release])('$role is allowed without a token', async (route) => {
    expect(bodyOf(await keyed(route)(request(), context))).toEqual({ caller: 'function-key' });
  });

  it('Admin is not, whatever token comes with it', async () => {
    const answer = await keyed(admin)(request({ token: 'Backup.Admin' }), context);
    expect(bodyOf(answer)).toMatchObject({
      ...{ status: 403, code: 'forbidden' },
      detail: 'this call needs the role Backup.Admin, and a key carries no person',
    });
  });
});

describe('a described route', () => {
  const route = {
    name: 'test',
    method: 'PUT',
    path: 'backups/{backupId}/hold',
    role: 'none',
    summary: '',
    query: z.strictObject({ limit: z.coerce.number().default(50) }),
    body: z.strictObject({ reason: z.string() }),
    answers: {},
  } as const;
  const echo = endpoint(needs, route, ({ caller, params, query, body }) =>
    Promise.resolve(json(200, { caller: caller.name, params, query, body })),
  );
  const send = (body: string, query: Record<string, string> = {}) =>
    echo(
      new HttpRequest({
        ...{ method: 'PUT', url: URL_BASE, query, params: { backupId: 'a', other: 'b' } },
        body: { string: body },
      }),
      context,
    );

  it('hands over what its schemas made of the request, and needs no token when it is open', async () => {
    expect(bodyOf(await send('{"reason":"audit"}', { limit: '7' }))).toEqual({
      caller: 'anonymous',
      params: { backupId: 'a' },
      query: { limit: 7 },
      body: { reason: 'audit' },
    });
  });

  it('refuses what they do not have', async () => {
    expect(bodyOf(await send('{}'))).toMatchObject({ code: 'invalid-request', status: 400 });
    expect(bodyOf(await send('{"reason":"x"}', { page: '1' }))).toMatchObject({ code: 'invalid-request' });
  });

  it('without schemas takes no query and no body', async () => {
    const bare = endpoint(needs, release, () => Promise.resolve(json(200, {})));
    const token = 'Backup.Admin';
    expect((await bare(request({ token }), context)).status).toBe(200);
    expect((await bare(request({ token, query: { a: '1' } }), context)).status).toBe(400);
    expect((await bare(request({ token, body: '{"a":1}' }), context)).status).toBe(400);
  });
});

describe('what a caller sends', () => {
  const schema = z.strictObject({
    kind: z.enum(['manual']),
    release: z.strictObject({ version: z.string() }).optional(),
  });

  it('is read', async () => {
    await expect(readBody(request({ body: '{"kind":"manual"}' }), schema)).resolves.toEqual({ kind: 'manual' });
    expect(readQuery(request({ query: { a: '1', code: 'function-key' } }), z.strictObject({ a: z.string() }))).toEqual({
      a: '1',
    });
    expect(readIdempotencyKey(request({ key: 'release-1.42.0' }))).toBe('release-1.42.0');
  });

  it.each([
    ['{}', 'kind: '],
    ['{"kind":"nightly"}', 'kind: '],
    ['{"kind":"manual","extra":1}', 'extra: '],
    ['{"kind":"manual","release":{"version":1}}', 'release.version: '],
    ['{"kind":"manual","release":{"version":"1","x":1}}', 'release.x: '],
    ['[]', 'body: '],
    ['null', 'body: '],
    ['{', 'body: is not JSON'],
  ])('%s is refused by the name of the field', async (body, detail) => {
    await expect(readBody(request({ body }), schema)).rejects.toMatchObject({
      code: 'invalid-request',
      detail: expect.stringContaining(detail) as unknown,
    });
  });

  it('is refused above 64 KiB', async () => {
    const body = JSON.stringify({ kind: 'manual', x: 'y'.repeat(65_536) });
    await expect(readBody(request({ body }), schema)).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('is refused for an unknown query field and an odd key', () => {
    expect(() => readQuery(request({ query: { b: '1' } }), z.strictObject({}))).toThrow('invalid-request: b: ');
    expect(() => readIdempotencyKey(request({ key: 'x'.repeat(129) }))).toThrow('invalid-request: Idempotency-Key: ');
  });
});

describe('a body that has a name twice', () => {
  it.each([
    ['{"dryRun":true,"dryRun":false}', 'dryRun'],
    ['{"a":{"b":1,"b":1}}', 'b'],
    ['[{"a":1},{"b":"a","b":2}]', 'b'],
    ['{"dryRun" : true, "dry\\u0052un":false}', 'dryRun'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
  ])('%s is refused by that name', async (body, name) => {
    await expect(readBody(request({ body }), z.unknown())).rejects.toThrow(`${name}: is in the body twice`);
  });

  it.each([
    '{"a":"a","b":["a","a"],"c":{"a":1},"d":{"a":1}}',
    '{"a":"{\\"a\\":1","b":"}"}',
    '"a"',
    '[]',
    '{"toString":1}',
  ])('%s has none', async (body) => {
    expect(await readBody(request({ body }), z.unknown())).toEqual(JSON.parse(body));
  });
});
