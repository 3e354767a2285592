import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { oneLine } from '../../domain/access/audit';
import { asFailure, Failure } from '../../domain/failure';

/** Between the clocks of two machines. */
const CLOCK_TOLERANCE_SECONDS = 30;

interface Expected {
  readonly issuer: string;
  readonly audience: string;
  readonly requiredClaims: readonly string[];
}

/**
 * The claims of a token that is signed with RS256 by one of `keys`, for us, and valid now.
 *
 * @throws Failure `unauthenticated`; `auth-keys-unavailable` when the keys could not be fetched, which is not the caller's
 * fault
 */
export async function verifyToken(token: string, keys: JWTVerifyGetKey, expected: Expected): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, telling(keys), {
      algorithms: ['RS256'],
      issuer: expected.issuer,
      audience: expected.audience,
      requiredClaims: [...expected.requiredClaims],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refused(error);
  }
}

/** One answer for whatever is wrong with a token: who forges one learns nothing from it. */
export function refused(cause?: unknown): Failure {
  const detail = 'the bearer token is not valid here: wrong issuer, audience, tenant, key or time';
  return new Failure('unauthenticated', detail, { cause });
}

/** The app roles of a token; whatever is not a list of texts is none. */
export function appRoles(payload: JWTPayload): string[] {
  const roles = payload['roles'];
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
}

/** A name that a person chose, made fit for a record: one line of at most 100 characters, its subject behind it. */
export function nameOf(subject: string, name: unknown): string {
  const shown = typeof name === 'string' ? oneLine(name, 100) : '';
  return shown === '' ? subject : `${shown} (${subject})`;
}

/** `keys`, telling apart a key that is not there from keys that could not be had. */
function telling(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const isUnknownKey =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (isUnknownKey) throw error;
      const why = asFailure(error).code === 'internal' ? 'they could not be fetched' : asFailure(error).detail;
      throw new Failure('auth-keys-unavailable', `the keys that tokens are verified with: ${why}`, { cause: error });
    }
  };
}
