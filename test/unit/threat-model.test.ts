import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(__dirname, '..', '..');

it('names no test in the threat model that is not there', () => {
  const text = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');
  const named = new Set([...text.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map((match) => match[1] ?? ''));
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).map((file) => `test/${file}`);
  expect(named.size).toBeGreaterThan(20);
  // a name alone stands for a file that was named in full above
  const missing = [...named].filter((name) => !tests.some((file) => file === name || file.endsWith(`/${name}`)));
  expect(missing).toEqual([]);
  expect([...named].filter((name) => name.includes('/') && !tests.includes(name))).toEqual([]);
});
