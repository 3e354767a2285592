import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair } from 'jose';
import { Settings } from '../../../shared/config/settings';
import { JoseTokenVerifier } from '../../../shared/systems/token-verifier/jose-token-verifier';
import { AUDIENCE, startDirectory, TENANT, type TestDirectory } from '../../fixtures/authorization/directory';
import { publicJwk, sign } from '../../fixtures/authorization/tokens';

const SETTINGS = { ENTRA_TENANT_ID: TENANT, ENTRA_AUDIENCE: AUDIENCE };
const verifierWith = (directory: TestDirectory, environment: Record<string, string> = SETTINGS): JoseTokenVerifier =>
  new JoseTokenVerifier(new Settings(environment), true, directory);

let directory: TestDirectory;
let verifier: JoseTokenVerifier;
beforeAll(async () => {
  directory = await startDirectory();
});
beforeEach(() => {
  verifier = verifierWith(directory);
});
afterAll(() => directory.stop());

describe('a Microsoft Entra access token', () => {
  it('tells who calls by object id and name, and what they may', async () => {
    const caller = await verifier.verify(await sign(directory.signer, { roles: ['Backup.Release', 'Other.Role'] }));
    expect(caller).toEqual({
      subject: 'aaaaaaaa-0000-0000-0000-000000000001',
      name: 'Anna (aaaaaaaa-0000-0000-0000-000000000001)',
      roles: new Set(['Read', 'Release']),
    });
  });

  it.each([
    ['an app without a name', { name: undefined, oid: 'app-object' }, 'app-object'],
    ['a token without an object id', { name: undefined, oid: undefined }, 'pairwise-subject'],
    ['a name with a line break and a turned direction', { name: 'Eve\n\u202eAdmin', oid: 'eve' }, 'Eve  Admin (eve)'],
    ['a name without end', { name: 'x'.repeat(5000), oid: 'eve' }, `${'x'.repeat(100)} (eve)`],
    ['a name that is no text', { name: { first: 'Eve' }, oid: 'eve' }, 'eve'],
  ])('of %s names its caller in one short line', async (_who, claims, name) => {
    expect((await verifier.verify(await sign(directory.signer, claims))).name).toBe(name);
  });

  it.each(['exp', 'nbf', 'iat', 'sub', 'tid', 'azp', 'ver'])('without %s is not valid', async (claim) => {
    const token = await sign(directory.signer, { [claim]: undefined });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is taken within 30 s of its times, for clocks differ', async () => {
    const now = Math.floor(Date.now() / 1000);
    const token = await sign(directory.signer, { nbf: now + 20, exp: now - 10 });
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });
});

describe('the keys of the tenant', () => {
  it('are fetched once for many tokens', async () => {
    const before = directory.fetches();
    for (let call = 0; call < 5; call += 1) await verifier.verify(await sign(directory.signer, {}));
    expect(directory.fetches() - before).toBe(1);
  });

  it('are fetched again for a key that is new, and the old one goes on', async () => {
    const rotating = await startDirectory(0);
    try {
      const door = verifierWith(rotating);
      await door.verify(await sign(rotating.signer, {}));
      const next = { ...rotating.signer, kid: 'key-2', ...(await generateKeyPair('RS256', { extractable: true })) };
      rotating.publish([await publicJwk(rotating.signer), await publicJwk(next)]);
      await expect(door.verify(await sign(next, {}))).resolves.toBeDefined();
      await expect(door.verify(await sign(rotating.signer, {}))).resolves.toBeDefined();
    } finally {
      await rotating.stop();
    }
  });

  it('are not fetched for each of many tokens with invented key ids', async () => {
    await verifier.verify(await sign(directory.signer, {}));
    const before = directory.fetches();
    for (let call = 0; call < 20; call += 1) {
      const forged = sign(directory.signer, {}, { kid: `invented-${call}` });
      await expect(verifier.verify(await forged)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(directory.fetches() - before).toBe(0);
  });

  it('that cannot be had are not blamed on the caller, and let nobody in', async () => {
    const broken = await startDirectory();
    broken.publish(null);
    const door = verifierWith(broken);
    const token = await sign(broken.signer, {});
    await expect(door.verify(token)).rejects.toMatchObject({ code: 'auth-keys-unavailable' });
    await broken.stop();
    await expect(door.verify(token)).rejects.toMatchObject({ code: 'auth-keys-unavailable' });
  });
});

describe('without its settings', () => {
  it.each([
    ['no setting at all', {}, 'ENTRA_TENANT_ID'],
    ['no tenant', { ENTRA_AUDIENCE: AUDIENCE }, 'ENTRA_TENANT_ID'],
    ['no audience', { ENTRA_TENANT_ID: TENANT }, 'ENTRA_AUDIENCE'],
    ['a blank audience', { ...SETTINGS, ENTRA_AUDIENCE: ' ' }, 'ENTRA_AUDIENCE'],
    ['all tenants of the world', { ...SETTINGS, ENTRA_TENANT_ID: 'common' }, 'ENTRA_TENANT_ID'],
    ['a mode that there is not', { ...SETTINGS, AUTH_MODE: 'open' }, 'AUTH_MODE'],
    ['keys that the host was not told to check', { ...SETTINGS, AUTH_MODE: 'keys' }, 'AUTH_MODE=keys'],
  ])('(%s) nobody comes in, and the answer says why', async (_what, environment, named) => {
    const door = verifierWith(directory, environment);
    await expect(door.verify(await sign(directory.signer, {}))).rejects.toMatchObject({
      code: 'auth-not-configured',
      detail: expect.stringContaining(named) as unknown,
    });
  });
});
