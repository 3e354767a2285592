import { Failure, type FailureCode } from '../../domain/failure';

/** SQLSTATE, or its class, to a failure code (PostgreSQL manual, appendix A). */
const BY_STATE: readonly (readonly [RegExp, FailureCode])[] = [
  [/^28/, 'database-login-refused'],
  [/^3D000$/, 'database-missing'],
  [/^55P03$/, 'lock-wait-timeout'],
  [/^(08|57P0[1-5])/, 'database-connection-lost'],
  [/^53300$/, 'database-unreachable'],
];

/** An error of `pg` as a failure. `otherwise` names what it is when neither the server nor the network says more. */
export function pgFailure(error: unknown, otherwise: FailureCode): Failure {
  if (error instanceof Failure) return error;
  const { code, message, severity } = error as { code?: string; message?: string; severity?: string };
  const said = (message ?? '').replace(/\s+/g, ' ').slice(0, 500);
  if (severity !== undefined && code !== undefined) {
    const found = BY_STATE.find(([state]) => state.test(code));
    return new Failure(found?.[1] ?? 'database-refused', `${said} (SQLSTATE ${code})`, { cause: error });
  }
  // what Node's network layer says: ECONNREFUSED, ENOTFOUND, certificate errors …
  return new Failure(otherwise, said === '' ? (code ?? 'no answer') : said, { cause: error });
}
