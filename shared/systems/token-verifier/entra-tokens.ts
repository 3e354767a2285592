import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { type Caller, rolesOf } from '../../domain/access/roles';
import { appRoles, nameOf, refused, verifyToken } from './verify-token';

/** Where a tenant's tokens come from. */
export interface Directory {
  issuer(tenantId: string): string;
  keys(tenantId: string): JWTVerifyGetKey;
}

/**
 * Microsoft Entra, public cloud. Its keys are fetched with the first token and hourly; a token of an unknown key has them
 * fetched again, at most every 30 s, so that a rotation is followed at once and forged key ids cannot flood the directory.
 */
export const microsoftEntra: Directory = {
  issuer: (tenantId) => `https://login.microsoftonline.com/${tenantId}/v2.0`,
  keys: (tenantId) =>
    createRemoteJWKSet(new URL(`https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`), {
      cacheMaxAge: 3_600_000,
      cooldownDuration: 30_000,
      timeoutDuration: 5_000,
    }),
};

/**
 * v2.0 access tokens of one tenant for one audience. `azp`, the app that asked for the token, is in every v2.0 access token and in
 * no ID token: without it, the token that a web page got to know its user would be taken as a right to call.
 */
export class EntraTokens {
  private readonly keys: JWTVerifyGetKey;

  constructor(
    private readonly tenantId: string,
    private readonly audience: string,
    private readonly directory: Directory,
  ) {
    this.keys = directory.keys(tenantId);
  }

  /** @throws Failure `unauthenticated`, `auth-keys-unavailable` */
  async verify(token: string): Promise<Caller> {
    const payload = await verifyToken(token, this.keys, {
      issuer: this.directory.issuer(this.tenantId),
      audience: this.audience,
      requiredClaims: ['exp', 'nbf', 'iat', 'sub', 'tid', 'azp'],
    });
    if (payload['tid'] !== this.tenantId || payload['ver'] !== '2.0') throw refused();
    const { sub = '' } = payload;
    // the object id names the same person or app in every token of the tenant; `sub` differs for each app
    const subject = typeof payload['oid'] === 'string' ? payload['oid'] : sub;
    return {
      subject,
      name: nameOf(subject, payload['name'] ?? payload['preferred_username']),
      roles: rolesOf(appRoles(payload)),
    };
  }
}
