import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { type Caller, rolesOf } from '../../domain/access/roles';
import { appRoles, nameOf, verifyToken } from './verify-token';

const LOCAL_ISSUER = 'lifebook-local-issuer';
const LOCAL_AUDIENCE = 'lifebook-backup';

/** Tokens of the local issuer of `npm start`; what signs them is no part of this app. */
export async function verifyLocalToken(token: string, keys: JSONWebKeySet): Promise<Caller> {
  const payload = await verifyToken(token, createLocalJWKSet(keys), {
    issuer: LOCAL_ISSUER,
    audience: LOCAL_AUDIENCE,
    requiredClaims: ['exp', 'sub'],
  });
  const { sub: subject = '' } = payload;
  return { subject, name: nameOf(subject, payload['name']), roles: rolesOf(appRoles(payload)) };
}

/** Read at each call: a small file or a neighbour on loopback, and a new key is known at once. */
export async function readLocalKeys(place: string | undefined): Promise<JSONWebKeySet> {
  return JSON.parse(await read(place ?? defaultJwksFile())) as JSONWebKeySet;
}

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
