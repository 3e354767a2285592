import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { scripts } from '../../../package.json';
import { lintDockerfile } from '../../fixtures/infra/dockerfile';

const ROOT = join(__dirname, '..', '..', '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const image = read('infra', 'container-job', 'Dockerfile');

// It was never built; these are the places where it and the package could part.
it('copies what npm run package writes, and starts what npm run job runs', () => {
  expect([...image.matchAll(/^COPY (?!--from)(\S+)/gm)].map(([, source]) => source)).toEqual([
    'package/lifebook-backup.zip',
  ]);
  expect(read('infra', 'package', 'main.ts')).toContain('lifebook-backup.zip');
  const [, entry = ''] = /^ENTRYPOINT \["node", "dist\/(\w+)\.js"\]$/m.exec(image) ?? [];
  expect(scripts.job).toBe(`tsx functions/command/${entry}.ts`);
  expect(read('infra', 'bundle', 'bundle.ts')).toContain(`${entry}: join(ROOT, 'functions', 'command', '${entry}.ts')`);
});

it('has nothing that a linter of Dockerfiles minds', () => {
  expect(lintDockerfile(image)).toEqual([]);
  expect(lintDockerfile(image.replace('--from', '--form'))).toEqual(['line 9: Unknown flag: form']);
});

it('runs on the Node version of the app, as nobody in particular', () => {
  const [, major = ''] =
    /runtime: \{ name: 'node', version: '(\d+)' \}/.exec(read('infra', 'modules', 'function-app.bicep')) ?? [];
  const bases = [...image.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
  expect(bases).toEqual([`node:${major}-bookworm`, `node:${major}-bookworm-slim`]);
  expect(image).toMatch(/^USER node$/m);
});
