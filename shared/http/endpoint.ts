import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { asFailure, Failure } from '../domain/failure';
import type { Caller, Role } from '../domain/roles';
import type { TokenVerifier } from '../systems/token-verifier/token-verifier';
import { problem } from './problem';

export type Handler = (request: HttpRequest, caller: Caller) => Promise<HttpResponseInit>;

interface Needs {
  readonly tokenVerifier: TokenVerifier;
  /** Called after each answer that was allowed; must not throw. */
  readonly catchUp: () => Promise<void>;
}

/** The sole place where HTTP requests are let in and where their failures become answers. */
export function endpoint(
  needs: () => Needs,
  role: Role,
  handler: Handler,
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  return async (request, context) => {
    try {
      const { tokenVerifier, catchUp } = needs();
      const caller = await authorize(tokenVerifier, request, role);
      const answer = await handler(request, caller);
      await catchUp();
      return answer;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === 'internal') context.error('defect', error);
      return problem(failure);
    }
  };
}

async function authorize(verifier: TokenVerifier, request: HttpRequest, role: Role): Promise<Caller> {
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

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
