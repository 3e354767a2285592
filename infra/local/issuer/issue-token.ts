import { userInfo } from 'node:os';
import { importJWK, SignJWT } from 'jose';
import { ALGORITHM, loadSigningKey } from './signing-key';

export const LOCAL_ROLES = ['Read', 'Release', 'Admin'] as const;
export type LocalRole = (typeof LOCAL_ROLES)[number];

export interface TokenRequest {
  readonly role: LocalRole;
  /** Who it is for, as the audit shows it. Default: the name of the user at this machine. */
  readonly name?: string | undefined;
  /** Default 60. */
  readonly minutes?: number | undefined;
  /** Where the issuer's key is; default: this user's own folder. */
  readonly folder?: string | undefined;
}

const ISSUER = 'lifebook-local-issuer';
const AUDIENCE = 'lifebook-backup';

/** An access token for an app that runs with AUTH_MODE=local. No app in Azure accepts it. */
export async function issueToken({
  role,
  name = userInfo().username,
  minutes = 60,
  folder,
}: TokenRequest): Promise<string> {
  const key = await loadSigningKey(folder);
  const nowSeconds = Math.floor(Date.now() / 1000);
  return await new SignJWT({ name, roles: [`Backup.${role}`] })
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(`local:${name}`)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + Math.round(minutes * 60))
    .sign(await importJWK(key, ALGORITHM));
}
