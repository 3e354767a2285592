import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildApp } from '../../infra/bundle/bundle';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';

let folder: string;
let files: Map<string, string>;

beforeAll(async () => {
  folder = await makeScratchFolder('bundle');
  await buildApp(folder);
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  files = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the deployment bundle', () => {
  it('is made of the app alone: no file of infra/ or test/ is in it', () => {
    const maps = [...files].filter(([name]) => name.endsWith('.map'));
    expect(maps.map(([name]) => name).toSorted()).toEqual(['job.js.map', 'main.js.map', 'telemetry.js.map']);
    const sources = maps.flatMap(([, text]) => (JSON.parse(text) as { sources: string[] }).sources);
    expect(sources.some((source) => source.endsWith('shared/systems/token-verifier/local-tokens.ts'))).toBe(true);
    expect(
      sources.filter((source) =>
        /(^|\/)(infra|test)\/(?!.*node_modules)/.test(source.replace(/^.*node_modules\//, 'node_modules/')),
      ),
    ).toEqual([]);
  });

  it('has a web page of less than 250 kB, as a browser gets it', async () => {
    const assets = [...files.keys()].filter((name) => /^console\/.*\.(js|css|html)$/.test(name));
    const sizes = await Promise.all(
      assets.map(async (name) => gzipSync(await readFile(join(folder, name)), { level: 9 }).length),
    );
    const sizeBytes = sizes.reduce((sum, one) => sum + one, 0);
    process.stdout.write(`the console has ${sizeBytes} bytes in gzip, in ${assets.length} files\n`);
    expect(assets.length).toBeGreaterThanOrEqual(4);
    expect(sizeBytes).toBeLessThan(250_000);
  });

  it('can verify tokens and not make them: nothing of the local issuer is in it', () => {
    const code = ['main.js', 'job.js'].map((name) => files.get(name) ?? '').join('\n');
    expect(code).toContain('jwtVerify');
    for (const word of ['SignJWT', 'issueToken', 'loadSigningKey', 'private.jwk.json']) {
      expect([word, code.includes(word)]).toEqual([word, false]);
    }
  });
});
