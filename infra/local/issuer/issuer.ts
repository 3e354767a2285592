import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

/**
 * The issuer of access tokens for a developer's machine: real RS256 with a key pair of this user's own. No code of it is
 * in the deployed bundle; the app only reads the public half (AUTH_MODE=local).
 */
export const LOCAL_ROLES = ['Read', 'Release', 'Admin'] as const;
export type LocalRole = (typeof LOCAL_ROLES)[number];

const ISSUER = 'lifebook-local-issuer';
const AUDIENCE = 'lifebook-backup';

export interface TokenOrder {
  readonly role: LocalRole;
  /** Who the token is for; default: the login name of this user. */
  readonly name?: string;
  /** Default: 60. */
  readonly minutes?: number;
}

/** Where the public keys lie; the app looks there unless LOCAL_ISSUER_JWKS says otherwise. */
export function localJwksPath(): string {
  return join(issuerFolder(), 'jwks.json');
}

/** A token for this machine's app, made with a key that is generated on first use. */
export async function issueToken(order: TokenOrder): Promise<string> {
  const key = await privateKey();
  const name = order.name ?? process.env['USER'] ?? 'developer';
  return new SignJWT({ name, roles: [`Backup.${order.role}`] })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid ?? '' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(`local:${name}`)
    .setIssuedAt()
    .setExpirationTime(`${order.minutes ?? 60}m`)
    .sign(await importJWK(key, 'RS256'));
}

function issuerFolder(): string {
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(state, 'lifebook-backup', 'issuer');
}

async function privateKey(): Promise<JWK> {
  const file = join(issuerFolder(), 'private.jwk.json');
  const key = (await readKey(file)) ?? (await makeKey(file));
  // written each time, so that a lost public half comes back; it is the same for the same private key
  const { kid, kty, n, e } = key;
  await replace(localJwksPath(), JSON.stringify({ keys: [{ kid, kty, n, e, alg: 'RS256', use: 'sig' }] }), 0o644);
  return key;
}

async function readKey(file: string): Promise<JWK | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as JWK);
}

/** Two first uses at once agree on one key: linking fails for the second. */
async function makeKey(file: string): Promise<JWK> {
  await mkdir(issuerFolder(), { recursive: true, mode: 0o700 });
  const { privateKey: made } = await generateKeyPair('RS256', { extractable: true });
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, JSON.stringify({ ...(await exportJWK(made)), kid: randomUUID() }), { mode: 0o600 });
  await link(part, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(part);
  const key = await readKey(file);
  if (key === undefined) throw new Error('the key of the local issuer could not be kept');
  return key;
}

async function replace(file: string, text: string, mode: number): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, text, { mode });
  await rename(part, file);
}
