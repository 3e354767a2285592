import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Settings } from '../../../shared/config/settings';
import { JoseTokenVerifier } from '../../../shared/systems/token-verifier/jose-token-verifier';

let folder: string;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let verifier: JoseTokenVerifier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifebook-test-'));
  keys = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' }] };
  await writeFile(join(folder, 'jwks.json'), JSON.stringify(jwks));
  const settings = new Settings({ AUTH_MODE: 'local', LOCAL_ISSUER_JWKS: join(folder, 'jwks.json') });
  verifier = new JoseTokenVerifier(settings, false);
});
afterAll(() => rm(folder, { recursive: true }));

function token(
  changes: { issuer?: string; audience?: string; exp?: string; roles?: unknown; sub?: string } = {},
): Promise<string> {
  return new SignJWT({ roles: changes.roles ?? ['Backup.Release'], name: 'Anna' })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(changes.issuer ?? 'lifebook-local-issuer')
    .setAudience(changes.audience ?? 'lifebook-backup')
    .setSubject('anna@example')
    .setIssuedAt()
    .setExpirationTime(changes.exp ?? '5m')
    .sign(keys.privateKey);
}

describe('a bearer token', () => {
  it('tells who calls and what they may', async () => {
    const caller = await verifier.verify(await token());
    expect(caller.name).toBe('Anna (anna@example)');
    expect([...caller.roles]).toEqual(['Read', 'Release']);
  });

  it.each([
    ['another issuer', { issuer: 'somebody' }],
    ['another audience', { audience: 'another-app' }],
    ['a time that is over', { exp: '-5m' }],
  ])('of %s is not valid', async (_name, changes) => {
    await expect(verifier.verify(await token(changes))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('signed with the public key as a secret, or not at all, is not valid', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey)));
    const claims = new SignJWT({ roles: ['Backup.Admin'] }).setProtectedHeader({ alg: 'HS256', kid: 'one' });
    const hmac = await claims
      .setIssuer('lifebook-local-issuer')
      .setAudience('lifebook-backup')
      .setExpirationTime('5m')
      .sign(secret);
    const [, payload] = (await token()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload ?? ''}.`;
    for (const forged of [hmac, none, '', 'garbage']) {
      await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('allows nothing with roles that are no list of known ones', async () => {
    for (const roles of ['Backup.Admin', ['Owner'], [1], {}]) {
      expect((await verifier.verify(await token({ roles }))).roles.size).toBe(0);
    }
  });
});

describe('without a lock on the door', () => {
  it.each([
    ['nothing set', {}, false],
    ['AUTH_MODE=keys', { AUTH_MODE: 'keys' }, false],
    ['keys that are not there', { AUTH_MODE: 'local', LOCAL_ISSUER_JWKS: '/nonexistent' }, false],
    ['keys from another machine', { AUTH_MODE: 'local', LOCAL_ISSUER_JWKS: 'http://192.0.2.1/jwks' }, false],
    ['the local issuer in Azure', { AUTH_MODE: 'local' }, true],
  ])('nobody comes in: %s', async (_name, environment, runsInAzure) => {
    const closed = new JoseTokenVerifier(new Settings(environment), runsInAzure);
    await expect(closed.verify(await token())).rejects.toMatchObject({ code: 'auth-not-configured' });
  });
});
