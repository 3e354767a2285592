import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BICEP_VERSION } from '../../infra/bicep/compiler';
import roles from '../../infra/roles.json';
import { CONNECTION_SETTINGS, SETTINGS } from '../../shared/config/settings-table';
import type { Setting } from '../../shared/config/setting-types';
import { azureCalls } from '../fixtures/infra/azure-calls';
import { compiledParameterNames, compileMain, hasCompiler, type Template } from '../fixtures/infra/compiled-template';
import { kustoChecker } from '../fixtures/infra/kusto';

const ROOT = join(__dirname, '..', '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

/** What the Functions host reads, or the app through a connection's name; nothing of it is in the settings table. */
const HOST_SETTINGS = [
  ...['FUNCTIONS_EXTENSION_VERSION', 'FUNCTIONS_WORKER_RUNTIME', 'WEBSITE_RUN_FROM_PACKAGE'],
  ...['WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID', 'WEBSITE_SKIP_CONTENTSHARE_VALIDATION'],
];
const HOST_CONNECTION = /^AzureWebJobsStorage__(blobServiceUri|queueServiceUri|tableServiceUri|credential|clientId)$/;

/** Settings without a default that the template does not set, and why. `extraSettings` can set each of them. */
const NOT_SET: Readonly<Record<string, string>> = {
  DATABASE_TLS: 'the default depends on the host: verify-full for every remote one',
  PGTOOLS_DIR: 'the package brings its tools',
  LOCAL_ISSUER_JWKS: 'belongs to AUTH_MODE=local, which is refused in Azure',
  DATABASE_DUMP_URL: 'only who has a read replica',
  AZURE_STORAGE_ACCOUNT: 'an account key, instead of the identity that the template uses',
  AZURE_STORAGE_ACCOUNT_KEY: 'the same',
  STATE_STORAGE: 'the account of AzureWebJobsStorage is made for it',
  DATABASE_ADMIN_URL: 'only who restores; docs/deploy.md, "Before the first restore"',
  RESTORE_TARGET_: 'only who restores to another server',
  DRILL_DATABASE_URL: 'only who drills on a server of their own',
};

describe('the compiler', () => {
  it('is the same version in the project file and in the code', () => {
    expect(read('infra', 'bicep', 'compiler.csproj')).toContain(`Version="[${BICEP_VERSION}]"`);
  });
});

// Without a compiler there is no template to read; .ci/run always has one.
(hasCompiler ? describe : notCompiled)('the compiled template', () => {
  let template: Template;
  let app: Template;
  beforeAll(async () => {
    template = await compileMain();
    app = template.module('function-app-');
  });

  it('uses every module', () => {
    const main = read('infra', 'main.bicep');
    const unused = readdirSync(join(ROOT, 'infra', 'modules')).filter((file) => !main.includes(`'modules/${file}'`));
    expect(unused).toEqual([]);
  });

  it('takes every parameter of the parameter file', async () => {
    const unknown = (await compiledParameterNames()).filter((name) => !(name in template.parameters));
    expect(unknown).toEqual([]);
  });

  it('sets every setting that the app reads and that has no default, but for the ones with a reason', () => {
    const set = settingsOf(app);
    const needed = [...tableSettings(), ...connectionSettings()].filter((name) => !isSet(name, set));
    expect(needed.toSorted()).toEqual(
      Object.keys(NOT_SET)
        .filter((name) => needed.includes(name))
        .toSorted(),
    );
    const stale = Object.keys(NOT_SET).filter((name) => isSet(name, set));
    expect(stale).toEqual([]);
  });

  it('sets nothing that neither the app nor the host reads', () => {
    const known = [...Object.keys(SETTINGS), ...HOST_SETTINGS];
    const families = connectionSettings().map((name) => new RegExp(`^${name}($|_)`));
    const unknown = settingsOf(app).filter(
      (name) => !known.includes(name) && !HOST_CONNECTION.test(name) && !families.some((family) => family.test(name)),
    );
    expect(unknown).toEqual([]);
  });

  it('gives the roles exactly the actions of roles.json', () => {
    const { variables, resources } = template.module('roles');
    expect(Object.values(variables)).toContainEqual(roles);
    const definition = resources.find(({ type }) => type === 'Microsoft.Authorization/roleDefinitions');
    expect(JSON.stringify(definition?.properties)).toContain("variables('roles').dumpWriter.dataActions");
  });

  it('lets lifecycle delete only what is marked and not held', () => {
    const { properties } = one(template, 'Microsoft.Storage/storageAccounts/managementPolicies');
    const { policy } = properties as { policy: { rules: { definition: { filters: Record<string, unknown> } }[] } };
    expect(policy.rules.map(({ definition }) => definition.filters['blobIndexMatch'])).toEqual([
      [
        { name: 'retention', op: '==', value: 'expired' },
        { name: 'hold', op: '==', value: 'none' },
      ],
    ]);
  });

  it('protects the dump account: no keys, soft delete, no versions, immutability', () => {
    const dumps = template.module('dump-storage');
    expect(one(dumps, 'Microsoft.Storage/storageAccounts').properties).toMatchObject({
      ...{ allowSharedKeyAccess: false, allowBlobPublicAccess: false, minimumTlsVersion: 'TLS1_2' },
    });
    expect(one(dumps, 'Microsoft.Storage/storageAccounts/blobServices').properties).toMatchObject({
      ...{ deleteRetentionPolicy: { enabled: true }, isVersioningEnabled: false },
    });
    const policy = one(dumps, 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies');
    expect(policy.properties).toMatchObject({ allowProtectedAppendWrites: false });
  });

  it('fires on absence: fewer than one verified backup in two days, without a dimension', () => {
    const rule = alertRules(template).find(({ properties }) => properties.overrideQueryTimeRange !== undefined);
    expect(rule?.properties.overrideQueryTimeRange).toBe('P2D');
    const [criterion, ...others] = rule?.properties.criteria.allOf ?? [];
    expect(others).toEqual([]);
    expect(criterion).toMatchObject({ timeAggregation: 'Count', operator: 'LessThan', threshold: 1 });
    expect(Object.keys(criterion ?? {})).not.toContain('dimensions');
    expect(queryTexts('verified-backups')).toEqual([expect.not.stringMatching(/\b(by|summarize)\b/)]);
    expect(rule?.properties.actions.actionGroups).toHaveLength(1);
  });

  it('asks health from outside every 15 minutes', () => {
    const { properties } = one(template, 'Microsoft.Insights/webtests');
    expect(properties).toMatchObject({
      Frequency: 900,
      Enabled: true,
      ValidationRules: { ExpectedHttpStatusCode: 200 },
    });
    const call = one(template.module('availability-test'), 'Microsoft.Insights/webtests').properties;
    expect(call).toMatchObject({ Request: { RequestUrl: "[parameters('healthUrl')]" } });
  });
});

describe('the roles', () => {
  const calls = azureCalls();
  const dumpRows = [...roles.dumpWriter.actions, ...roles.dumpWriter.dataActions];
  const inRoles = [...dumpRows, ...roles.hostStorage].flatMap((row) => row.calls as string[]);

  it('know every call of Azure that the app makes', () => {
    const missing = [...calls].filter(([method]) => !inRoles.includes(method));
    expect(missing.map(([method, files]) => `${method}: ${[...files].join(', ')}`)).toEqual([]);
  });

  it('have nothing for calls that nobody makes', () => {
    expect([...new Set(inRoles)].filter((method) => !calls.has(method))).toEqual([]);
  });

  it('have no action without a call, and none twice', () => {
    expect(dumpRows.filter((row) => row.calls.length === 0)).toEqual([]);
    expect(new Set(dumpRows.map(({ action }) => action)).size).toBe(dumpRows.length);
  });

  it('let nobody delete a dump', () => {
    expect(dumpRows.filter(({ action }) => /delete|\*|blobs\/move/i.test(action))).toEqual([]);
  });
});

describe('the queries', () => {
  const files = readdirSync(join(ROOT, 'infra', 'queries'));
  const diagnose = kustoChecker();

  it.each(files)('%s is understood and finds its columns', (file) => {
    expect(diagnose(read('infra', 'queries', file))).toEqual([]);
  });

  it('would be refused with a wrong column, operator or table', () => {
    expect(diagnose("AppEvents | where Nam == 'JobEnded'")).toHaveLength(1);
    expect(diagnose('AppEvents | wher true')).not.toEqual([]);
    expect(diagnose('AppEvent | count')).toHaveLength(1);
  });

  it('name events, properties and functions that exist', () => {
    const telemetry = read('docs', 'telemetry.md');
    const sources = read('shared', 'operations', 'end-job.ts') + read('functions', 'queue', 'dead-ticket.ts');
    for (const file of files) {
      const query = read('infra', 'queries', file);
      const events = [...query.matchAll(/\bName == '(\w+)'/g)].map(([, name]) => name ?? '');
      const fields = [...query.matchAll(/\b(?:Properties|Measurements)\.(\w+)/g)].map(([, name]) => name ?? '');
      for (const event of events) expect([file, event, sources.includes(`'${event}'`)]).toEqual([file, event, true]);
      for (const field of fields) {
        expect([file, field, telemetry.includes(`\`${field}\``) && new RegExp(`\\b${field}\\b`).test(sources)]).toEqual(
          [file, field, true],
        );
      }
    }
  });
});

function notCompiled(_name: string, _tests: () => void): void {
  describe('the compiled template', () => {
    it('is read where a Bicep compiler is found: npm run check:bicep fetches one', () => {
      expect(process.env['CI']).not.toBe('true');
    });
  });
}

interface AlertRule {
  readonly properties: {
    readonly overrideQueryTimeRange?: string;
    readonly criteria: { readonly allOf: readonly Record<string, unknown>[] };
    readonly actions: { readonly actionGroups: readonly string[] };
  };
}

const alertRules = (template: Template): AlertRule[] =>
  template.resources.filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules') as unknown as AlertRule[];

const queryTexts = (name: string): string[] => [read('infra', 'queries', `${name}.kql`)];

function one(template: Template, type: string): Template['resources'][number] {
  const [found, ...others] = template.resources.filter((resource) => resource.type === type);
  if (found === undefined || others.length > 0) throw new Error(`${type}: ${others.length + 1} where one is expected`);
  return found;
}

/** The names that the app's template sets: keys of its …Settings variables, also of those made by an expression. */
function settingsOf({ variables }: Template): string[] {
  const ofSettings = Object.entries(variables).filter(([name]) => /Settings$/.test(name));
  return ofSettings.flatMap(([, value]) =>
    typeof value === 'string'
      ? [...value.matchAll(/createObject\('([^']+)'/g)].map(([, name]) => name ?? '')
      : Object.keys(value as object),
  );
}

const isSet = (name: string, set: readonly string[]): boolean =>
  set.some((candidate) => candidate === name || candidate.startsWith(`${name}__`));

const tableSettings = (): string[] =>
  (Object.entries(SETTINGS) as [string, Setting<unknown>][])
    .filter(([, { fallback }]) => fallback === undefined)
    .map(([name]) => name);

/** `DATABASE_URL` stands for its family; `RESTORE_TARGET_` is one that has only a family. */
const connectionSettings = (): string[] =>
  CONNECTION_SETTINGS.flatMap(({ name }) => name.split(', '))
    .map((name) => name.replace('<NAME>', ''))
    .filter((name, _, all) => !(name.endsWith('_') && all.includes(name.slice(0, -1))));
