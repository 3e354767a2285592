import { app } from '../../shared/app';
import { catchUp } from '../../shared/catch-up';
import type { Role } from '../../shared/domain/roles';
import { endpoint, type Handler } from '../../shared/http/endpoint';

/** An endpoint of this app: its token verifier, and the look at the last tick that every call takes. */
export const door = (role: Role, handler: Handler): ReturnType<typeof endpoint> =>
  endpoint(() => ({ tokenVerifier: app().tokenVerifier, catchUp }), role, handler);
