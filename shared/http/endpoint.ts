import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { asFailure } from '../domain/failure';
import type { Caller } from '../domain/access/roles';
import type { TokenVerifier } from '../systems/token-verifier/token-verifier';
import { type AuditEntry, auditEntry } from './audit-entry';
import { demandRole, type Guard, identify, NOBODY } from './authorize';
import { problem } from './problem';
import { readBody, readIdempotencyKey, readQuery } from './read-request';
import { type Call, type Handler, paramNames, type ParamsOf, type Route } from './route';
import { noBody, noQuery } from './schemas';

interface Needs {
  readonly guard: Guard;
  readonly tokenVerifier: TokenVerifier;
  /** Called after each answer that was allowed; must not throw. */
  readonly catchUp: () => Promise<void>;
  /** Keeps a record of a change or a refusal; must not throw. */
  readonly audit: (entry: AuditEntry) => Promise<void>;
}

/** The sole place where HTTP requests are let in and where their failures become answers. */
export function endpoint<Path extends string, Query, Body>(
  needs: () => Needs,
  route: Route<Path, Query, Body>,
  handler: Handler<Path, Query, Body>,
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  return async (request, context) => {
    let caller = NOBODY;
    let tools: Needs | undefined;
    const respond = async (): Promise<HttpResponseInit> => {
      tools = needs();
      if (route.role !== 'none') {
        caller = await identify(tools.guard, tools.tokenVerifier, request);
        demandRole(tools.guard, caller, route.role);
      }
      // parsed after that: who may not come in learns nothing of what is wrong with the rest
      const answer = await handler(await readCall(route, request, caller));
      await tools.catchUp();
      return answer;
    };
    const answer = await respond().catch((error: unknown) => {
      const failure = asFailure(error);
      if (failure.code === 'internal') context.error('defect', error);
      return problem(failure);
    });
    const entry = auditEntry(route, request, caller, answer);
    if (entry !== undefined) await tools?.audit(entry);
    return answer;
  };
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
