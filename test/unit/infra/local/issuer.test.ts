import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { issueToken } from '../../../../infra/local/issuer/issue-token';
import { issuerFolder } from '../../../../infra/local/issuer/issuer-folder';
import { parseTokenArguments } from '../../../../infra/local/issuer/token-arguments';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifebook-issuer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const verify = async (token: string) => {
  const jwks = JSON.parse(readFileSync(join(folder, 'jwks.json'), 'utf8')) as JSONWebKeySet;
  const wanted = { issuer: 'lifebook-local-issuer', audience: 'lifebook-backup', algorithms: ['RS256'] };
  return (await jwtVerify(token, createLocalJWKSet(jwks), wanted)).payload;
};

describe('the local issuer', () => {
  it('signs a token that its public keys verify', async () => {
    const payload = await verify(await issueToken({ role: 'Release', name: 'ada', minutes: 5, folder }));
    expect(payload).toMatchObject({ sub: 'local:ada', name: 'ada', roles: ['Backup.Release'] });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  it('uses one key even when many come first at once, and keeps it to its owner', async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, () => issueToken({ role: 'Read', folder })));
    for (const token of tokens) await verify(token);
    expect(statSync(join(folder, 'private.jwk.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'jwks.json'), 'utf8')).not.toContain('"d"');
  });

  it('keeps its key, and mends public keys that are missing or stale', async () => {
    await issueToken({ role: 'Read', folder });
    const before = readFileSync(join(folder, 'jwks.json'), 'utf8');
    writeFileSync(join(folder, 'jwks.json'), '{"keys":[]}');
    await verify(await issueToken({ role: 'Read', folder }));
    expect(readFileSync(join(folder, 'jwks.json'), 'utf8')).toBe(before);
  });

  it('refuses a key file that is something else', async () => {
    writeFileSync(join(folder, 'private.jwk.json'), '{}');
    await expect(issueToken({ role: 'Read', folder })).rejects.toThrow('remove it');
  });

  it('lives where XDG says, unless that is no absolute path', () => {
    expect(issuerFolder({ XDG_STATE_HOME: '/state' })).toBe('/state/lifebook-backup/issuer');
    expect(issuerFolder({ XDG_STATE_HOME: 'state' })).toMatch(/\.local\/state\/lifebook-backup\/issuer$/);
  });
});

describe('the arguments of npm run token', () => {
  it('are role, name and minutes', () => {
    expect(parseTokenArguments(['--role', 'admin', '--name', 'ada', '--minutes', '5'])).toEqual({
      role: 'Admin',
      name: 'ada',
      minutes: 5,
    });
    expect(parseTokenArguments(['--help'])).toBeUndefined();
  });

  it.each([
    [[]],
    [['--role', 'Owner']],
    [['--role', 'Read', '--minutes', '0']],
    [['--role', 'Read', '--minutes', '1.5']],
    [['--what']],
    [['Read']],
    [['--role', 'Read', '--name', ' ']],
  ])('are refused as %j', (args) => {
    expect(() => parseTokenArguments(args)).toThrow();
  });
});
