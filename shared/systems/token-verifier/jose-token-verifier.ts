import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, type JWTPayload } from 'jose';
import type { Settings } from '../../config/settings';
import { Failure } from '../../domain/failure';
import { type Caller, rolesOf } from '../../domain/roles';
import type { TokenVerifier } from './token-verifier';

const LOCAL_ISSUER = 'lifebook-local-issuer';
const LOCAL_AUDIENCE = 'lifebook-backup';
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * RS256 tokens verified with `jose`. With AUTH_MODE=local they come from the local issuer of `npm start`, whose code is
 * no part of this app; that mode is refused where Azure runs the app. Every other mode keeps everybody out.
 */
export class JoseTokenVerifier implements TokenVerifier {
  constructor(
    private readonly settings: Settings,
    private readonly runsInAzure: boolean,
  ) {}

  async verify(token: string): Promise<Caller> {
    const keys = await this.keys();
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
        algorithms: ['RS256'],
        issuer: LOCAL_ISSUER,
        audience: LOCAL_AUDIENCE,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      return { name: nameOf(payload), roles: rolesOf(appRoles(payload)) };
    } catch (error) {
      throw new Failure('unauthenticated', 'the bearer token is not valid here: wrong issuer, audience, key or time', {
        cause: error,
      });
    }
  }

  private async keys(): Promise<JSONWebKeySet> {
    const mode = this.settings.get('AUTH_MODE');
    if (mode !== 'local') throw closed(`AUTH_MODE=${mode} is not available in this version`);
    if (this.runsInAzure) throw closed("AUTH_MODE=local is for a developer's machine and refused in Azure");
    const place = this.settings.get('LOCAL_ISSUER_JWKS') ?? defaultJwksFile();
    try {
      return JSON.parse(await read(place)) as JSONWebKeySet;
    } catch (error) {
      throw closed('the public keys of the local issuer cannot be read; "npm run token" makes them', error);
    }
  }
}

/** Read at each call: a small file or a neighbour on loopback, and a new key is known at once. */
async function read(place: string): Promise<string> {
  if (!place.startsWith('http')) return readFile(place, 'utf8');
  const url = new URL(place);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) throw new Error('not a loopback address');
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.text();
}

function defaultJwksFile(): string {
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(state, 'lifebook-backup', 'issuer', 'jwks.json');
}

const nameOf = (payload: JWTPayload): string => {
  const name = payload['name'];
  return typeof name === 'string' && name !== '' ? `${name} (${payload.sub ?? ''})` : (payload.sub ?? 'unknown');
};

function appRoles(payload: JWTPayload): string[] {
  const { roles } = payload as { roles?: unknown };
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
}

const closed = (detail: string, cause?: unknown): Failure => new Failure('auth-not-configured', detail, { cause });
