import type { Caller } from '../../domain/access/roles';

/** Tells who a bearer token belongs to. */
export interface TokenVerifier {
  /**
   * @throws Failure `unauthenticated` for a token that is not valid here and now; `auth-not-configured` when nobody could
   * be told apart, which keeps everybody out
   */
  verify(token: string): Promise<Caller>;
}
