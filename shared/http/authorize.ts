import type { HttpRequest } from '@azure/functions';
import { asFailure, Failure } from '../domain/failure';
import { type Caller, rolesOf } from '../domain/access/roles';
import type { TokenVerifier } from '../systems/token-verifier/token-verifier';
import type { Route } from './route';

/**
 * Who keeps the door: `token`, this app by bearer tokens; `function-key`, the Functions host, which was told so when the
 * function was registered and lets nobody through without the function's key.
 */
export type Guard = 'token' | 'function-key';

/** The caller of a route that is open to everybody. */
export const NOBODY: Caller = { subject: 'anonymous', name: 'anonymous', roles: new Set() };
/** Whoever has a key may read and take backups; what destroys needs a person. */
const KEY_HOLDER: Caller = { subject: 'function-key', name: 'function-key', roles: rolesOf(['Backup.Release']) };

/** @throws Failure `unauthenticated`; `auth-not-configured`, `auth-keys-unavailable`: nobody comes in */
export async function identify(guard: Guard, verifier: TokenVerifier, request: HttpRequest): Promise<Caller> {
  if (guard === 'function-key') return KEY_HOLDER;
  const match = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(request.headers.get('authorization') ?? '');
  // asked even without a token, so that a door without a lock says so to everybody
  return verifier.verify(match?.[1] ?? '').catch((error: unknown) => {
    if (match === null && asFailure(error).code === 'unauthenticated') {
      throw new Failure('unauthenticated', 'no bearer token was sent');
    }
    throw error;
  });
}

/** @throws Failure `forbidden` */
export function demandRole(guard: Guard, caller: Caller, role: Exclude<Route['role'], 'none'>): void {
  if (caller.roles.has(role)) return;
  const hint = 'sign in with a person or an app that has the role: AUTH_MODE=entra';
  throw guard === 'function-key'
    ? new Failure('forbidden', `this call needs the role Backup.${role}, and a key carries no person`, { hint })
    : new Failure('forbidden', `this call needs the role Backup.${role}`);
}
