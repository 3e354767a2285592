import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/**
 * Who may import what (docs/architecture.md). `types` lists what may be imported by `import type` only; `packages` says
 * whether npm packages and Node's own modules may be used.
 */
interface Rule {
  readonly area: string;
  readonly imports: readonly string[];
  readonly types: readonly string[];
  readonly packages: 'any' | 'node' | 'none';
}

const RULES: readonly Rule[] = [
  { area: 'shared/domain', imports: ['shared/domain'], types: [], packages: 'none' },
  { area: 'shared/config', imports: ['shared/config', 'shared/domain'], types: [], packages: 'any' },
  {
    area: 'shared/operations',
    imports: ['shared/operations', 'shared/domain', 'shared/config/compression'],
    types: ['shared/systems', 'shared/config'],
    packages: 'node',
  },
  { area: 'shared/systems', imports: ['shared/systems', 'shared/domain', 'shared/config'], types: [], packages: 'any' },
  { area: 'shared/client', imports: ['shared/client', 'shared/domain', 'shared/http'], types: [], packages: 'any' },
  { area: 'shared/http', imports: ['shared/http', 'shared/domain'], types: ['shared/systems'], packages: 'any' },
  // the page knows of the API what it answers, and shares words and rules with it, no code that needs Node
  { area: 'shared/console', imports: ['shared/console', 'shared/domain'], types: ['shared/http'], packages: 'any' },
  {
    area: 'functions',
    imports: [
      'functions',
      'shared/app',
      'shared/catch-up',
      'shared/running-jobs',
      'shared/run-recorded-job',
      'shared/config',
      'shared/domain',
      'shared/http',
      'shared/operations',
    ],
    types: [],
    packages: 'any',
  },
  // docs/api.md is made of the routes
  { area: 'infra/bundle', imports: ['infra', 'shared', 'functions'], types: [], packages: 'any' },
  { area: 'infra', imports: ['infra', 'shared'], types: [], packages: 'any' },
];
/** The seams between the areas: the only files outside of `shared/systems` that may build or hold systems. */
const SEAMS = new Set(['shared/app.ts', 'shared/catch-up.ts', 'shared/running-jobs.ts', 'shared/run-recorded-job.ts']);

const ROOT = join(__dirname, '..');
const IMPORT = /^\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|(import)\('([^']+)'\)/gm;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name).split(sep).join('/'));
}

/** What is wrong with the imports of one file. */
function violations(file: string, text: string): string[] {
  const rule = RULES.find(({ area }) => file.startsWith(`${area}/`));
  if (rule === undefined || SEAMS.has(file)) return [];
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const isType = match[2] !== undefined;
    const target = match[3] ?? match[5] ?? '';
    if (!target.startsWith('.')) {
      const isNode = target.startsWith('node:');
      if (rule.packages === 'any' || isType || (rule.packages === 'node' && isNode)) return [];
      return [`${file} imports the package ${target}`];
    }
    const path = relative(ROOT, resolve(ROOT, dirname(file), target))
      .split(sep)
      .join('/');
    const allowed = isType ? [...rule.imports, ...rule.types] : rule.imports;
    return allowed.some((area) => path === area || path.startsWith(`${area}/`)) ? [] : [`${file} imports ${path}`];
  });
}

describe('the import direction', () => {
  it('is kept by every file', () => {
    const files = ['functions', 'shared', 'infra'].flatMap(sources);
    expect(files.length).toBeGreaterThan(60);
    expect(files.flatMap((file) => violations(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['shared/domain/x.ts', "import { readFile } from 'node:fs';"],
    ['shared/domain/x.ts', "import type { Clock } from '../systems/clock/clock';"],
    ['shared/operations/x.ts', "import { consoleLog } from '../systems/log/console-log';"],
    ['shared/operations/x.ts', "const sdk = await import('@azure/storage-blob');"],
    ['shared/http/x.ts', "import {\n  app,\n} from '../app';"],
    ['shared/console/x.tsx', "import { jobAnswer } from '../http/answers';"],
    ['shared/systems/x/y.ts', "export { runJob } from '../../operations/run-job';"],
    ['functions/x.ts', "import { startPostgres } from '../infra/local/environment/embedded-postgres';"],
  ])('is broken by %s with %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  it('leaves functions short: they register and delegate', () => {
    // main.ts is the list of all of them
    const files = sources('functions').filter((file) => file !== 'functions/main.ts');
    const long = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 45);
    expect(long).toEqual([]);
  });
});
