import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { asFailure, Failure } from '../domain/failure';
import type { Caller } from '../domain/roles';
import type { TokenVerifier } from '../systems/token-verifier/token-verifier';
import { problem } from './problem';
import { readBody, readIdempotencyKey, readQuery } from './read-request';
import { type Call, type Handler, paramNames, type ParamsOf, type Route } from './route';
import { noBody, noQuery } from './schemas';

interface Needs {
  readonly tokenVerifier: TokenVerifier;
  /** Called after each answer that was allowed; must not throw. */
  readonly catchUp: () => Promise<void>;
}

const NOBODY: Caller = { name: 'anonymous', roles: new Set() };

/** The sole place where HTTP requests are let in and where their failures become answers. */
export function endpoint<Path extends string, Query, Body>(
  needs: () => Needs,
  route: Route<Path, Query, Body>,
  handler: Handler<Path, Query, Body>,
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  return async (request, context) => {
    try {
      const { tokenVerifier, catchUp } = needs();
      const caller = await authorize(tokenVerifier, request, route.role);
      const answer = await handler(await readCall(route, request, caller));
      await catchUp();
      return answer;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === 'internal') context.error('defect', error);
      return problem(failure);
    }
  };
}

/** A caller that may not come in learns nothing of what is wrong with the rest of the request. */
async function authorize(verifier: TokenVerifier, request: HttpRequest, role: Route['role']): Promise<Caller> {
  if (role === 'none') return NOBODY;
  const match = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(request.headers.get('authorization') ?? '');
  // asked even without a token, so that a door without a lock says so to everybody
  const caller = await verifier.verify(match?.[1] ?? '').catch((error: unknown) => {
    if (match === null && asFailure(error).code === 'unauthenticated') {
      throw new Failure('unauthenticated', 'no bearer token was sent');
    }
    throw error;
  });
  if (caller.roles.has(role)) return caller;
  throw new Failure('forbidden', `this call needs the role Backup.${role}`);
}

async function readCall<Path extends string, Query, Body>(
  route: Route<Path, Query, Body>,
  request: HttpRequest,
  caller: Caller,
): Promise<Call<Path, Query, Body>> {
  const params = Object.fromEntries(paramNames(route.path).map((name) => [name, request.params[name] ?? '']));
  return {
    request,
    caller,
    params: params as ParamsOf<Path>,
    query: route.query === undefined ? (readQuery(request, noQuery) as Query) : readQuery(request, route.query),
    body:
      route.method === 'GET'
        ? ({} as Body)
        : route.body === undefined
          ? ((await readBody(request, noBody)) as Body)
          : await readBody(request, route.body),
    idempotencyKey: route.startsJob === true ? readIdempotencyKey(request) : undefined,
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
