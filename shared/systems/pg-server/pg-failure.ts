import { Failure, type FailureCode } from '../../domain/failure';

const MESSAGE_CHARACTERS = 500;

/** SQLSTATE, or its class, to a failure code (PostgreSQL manual, appendix A); the first that fits. */
const BY_STATE: readonly (readonly [RegExp, FailureCode])[] = [
  [/^28/, 'database-login-refused'],
  [/^3D000$/, 'database-missing'],
  [/^(55P03|40P01)$/, 'lock-wait-timeout'],
  // cannot_connect_now, too_many_connections
  [/^(57P03|53300)$/, 'database-unreachable'],
  // connection exceptions; shutdown, crash, dropped database, idle session; idle in transaction, transaction time-out;
  // 40001 in a transaction that only reads: a standby ended it to go on replaying
  [/^(08|57P0[1245]|25P0[34]|40001)/, 'database-connection-lost'],
];

/** What `pg` itself says of a connection that is no more. */
const BROKEN = /^(Connection terminated|Client (has encountered|was closed)|Query read timeout)/;

/** While connecting: whatever the server did not say itself is the network, TLS or the protocol. */
export function connectFailure(error: unknown): Failure {
  const failure = serverFailure(error);
  if (failure) {
    // no CONNECT on the database
    const isRefused = failure.code === 'database-refused' && /permission denied/.test(failure.detail);
    return isRefused ? new Failure('database-login-refused', failure.detail, { cause: error }) : failure;
  }
  const said = whatItSays(error);
  const code = /client password must be/.test(said) ? 'database-login-refused' : 'database-unreachable';
  return new Failure(code, said, { cause: error });
}

/** Once connected; an error that neither the server nor the network made is a defect of ours, and comes back as it is. */
export function queryFailure(error: unknown): unknown {
  const failure = serverFailure(error);
  if (failure) return failure;
  return isBroken(error) ? lostFailure(error) : error;
}

export function lostFailure(error: unknown): Failure {
  return error instanceof Failure
    ? error
    : new Failure('database-connection-lost', whatItSays(error), { cause: error });
}

function serverFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  const { code, severity } = error as { code?: string; severity?: string };
  if (severity === undefined || code === undefined) return undefined;
  const known = BY_STATE.find(([state]) => state.test(code))?.[1];
  return new Failure(known ?? 'database-refused', `${whatItSays(error)} (SQLSTATE ${code})`, { cause: error });
}

/** A system call failed (ECONNRESET, EPIPE …), or `pg` has noticed. */
function isBroken(error: unknown): boolean {
  const { syscall, message } = error as { syscall?: string; message?: string };
  return syscall !== undefined || BROKEN.test(message ?? '');
}

function whatItSays(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: readonly unknown[] };
  // Node tries all addresses of a name and then throws an AggregateError without a text
  if (!message && errors?.[0] !== undefined) return whatItSays(errors[0]);
  const said = (message ?? '').replaceAll(/\s+/g, ' ').slice(0, MESSAGE_CHARACTERS);
  return said === '' ? (code ?? 'no answer') : said;
}
