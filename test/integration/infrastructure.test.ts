import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BICEP_VERSION } from '../../infra/bicep/compiler';
import roles from '../../infra/roles.json';
import { CONNECTION_SETTINGS } from '../../shared/config/connection-settings';
import { SETTINGS } from '../../shared/config/settings-table';
import type { Setting } from '../../shared/config/setting-types';
import { poisonQueue, ticketQueue } from '../../shared/domain/access/app-role';
import { TELEMETRY_EVENTS, type TelemetryEvent } from '../../shared/domain/watch/telemetry-names';
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
  LOCAL_ISSUER_URL: 'the same',
  DATABASE_DUMP_URL: 'only who has a read replica',
  AZURE_STORAGE_ACCOUNT: 'an account key, instead of the identity that the template uses',
  AZURE_STORAGE_ACCOUNT_KEY: 'the same',
  DRILL_ASSERTIONS: 'only who has questions of their own',
  RESTORE_TARGET_: 'only who restores to another server',
  SECOND_COPY_STORAGE: 'only who has a second account, whose owner gives it the dump writer role',
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

  it('makes the roles of roles.json, with their actions and no others', () => {
    const storage = template.module('roles');
    expect(Object.values(storage.variables)).toContainEqual(roles);
    expect(JSON.stringify(roleDefinition(storage))).toContain("variables('roles').dumpWriter.dataActions");
    for (const [module, role] of Object.entries(ROLE_MODULES)) {
      expect(template.givenTo(module)['role']).toEqual({ value: `[variables('roleTable').${role}]` });
      const { permissions } = roleDefinition(template.module(module)) as { permissions: unknown };
      expect(permissions).toEqual([
        {
          actions: "[map(parameters('role').actions, lambda('row', lambdaVariables('row').action))]",
          dataActions: "[map(parameters('role').dataActions, lambda('row', lambdaVariables('row').action))]",
        },
      ]);
    }
    const { roleTable } = template.variables as { roleTable: unknown };
    expect(roleTable).toEqual(roles);
    expect([...new Set([...Object.values(ROLE_MODULES), 'dumpWriter'])].toSorted()).toEqual(
      customRoles.map(([name]) => name),
    );
  });

  it('lets nothing write servers but the identity that restores, in the group of restored ones', () => {
    expect(template.resource('server-restorer')).toMatchObject({
      resourceGroup: "[parameters('restoreResourceGroupName')]",
      properties: { parameters: { principalIds: { value: [expect.stringContaining('[last(')] } } },
    });
    const writing = customRoles.filter(([, role]) =>
      role.actions.some(({ action }) => /flexibleServers\/(write|delete)$/.test(action)),
    );
    expect(writing.map(([name]) => name)).toEqual(['serverRestorer']);
  });

  it('gives a second app its own host account, and of the first one only the job records and its own queues', () => {
    const { appNames } = template.variables as { appNames: string };
    expect(appNames).toContain("createObject('role', 'recovery'");
    expect(appNames.match(/'hostAccount', variables\('hostAccount'\)/g)).toHaveLength(2);
    expect(appNames).toContain("'hostAccount', take(format('strec{0}'");
    const scopes = template.module('roles').resources.map(({ scope }) => scope);
    expect(scopes.filter((scope) => /containers|queues/.test(String(scope)))).toHaveLength(2);
  });

  it('makes the queues that the apps take their tickets from', () => {
    // conditional, so the whole parameter is an expression
    expect(template.givenTo('host-storage-')['queues']).toContain(`queuesOf('${ticketQueue('all')}')`);
    const { recoveryQueues } = template.variables as { recoveryQueues: string };
    expect(recoveryQueues).toContain(`queuesOf('${ticketQueue('recovery')}')`);
    expect(read('infra', 'main.bicep')).toContain("[name, '${name}-poison']");
    expect(poisonQueue('recovery')).toBe(`${ticketQueue('recovery')}-poison`);
  });

  it('lets lifecycle delete only what is marked and not held', () => {
    const dumps = template.module('dump-storage');
    const { properties } = one(dumps, 'Microsoft.Storage/storageAccounts/managementPolicies');
    expect((properties as { policy: { rules: string } }).policy.rules).toBe(
      "[if(greater(parameters('coolAfterDays'), 0), createArray(variables('expiryRule'), variables('coolRule')), createArray(variables('expiryRule')))]",
    );
    const { expiryRule, coolRule } = dumps.variables as Record<string, { definition: LifecycleDefinition }>;
    expect(expiryRule?.definition.filters['blobIndexMatch']).toEqual([
      { name: 'retention', op: '==', value: 'expired' },
      { name: 'hold', op: '==', value: 'none' },
    ]);
    expect(Object.keys(coolRule?.definition.actions.baseBlob ?? {})).toEqual(['tierToCool']);
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

  it('fires on each thing that goes wrong, to the action group', () => {
    const { presences } = template.module('alerts').variables as { presences: { name: string; query: string }[] };
    expect(Object.fromEntries(presences.map(({ name, query }) => [name, query]))).toEqual({
      'job-failed': read('infra', 'queries', 'failed-jobs.kql'),
      'drill-failed': read('infra', 'queries', 'failed-drills.kql'),
      'check-failed': read('infra', 'queries', 'failing-checks.kql'),
      'poison-message': read('infra', 'queries', 'poison-messages.kql'),
    });
    const rules = alertRules(template).filter(({ properties }) => properties.overrideQueryTimeRange === undefined);
    expect(rules.map(({ properties }) => [properties.criteria.allOf[0], properties.actions])).toEqual([
      [
        expect.objectContaining({ timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }),
        { actionGroups: ["[parameters('actionGroupId')]"] },
      ],
    ]);
  });

  it('lets the app reach a server that it makes: from all of Azure, or from the address of its NAT gateway', () => {
    const { allowedAddress } = template.givenTo('postgres') as { allowedAddress: { value?: string } };
    const text = JSON.stringify(allowedAddress);
    expect(text).toMatch(/equals\(parameters\('network'\), 'public'\).*'0\.0\.0\.0'/);
    expect(text).toContain('outputs.outboundAddress.value');
    const rule = one(template.module('postgres'), 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules');
    const address = "[parameters('allowedAddress')]";
    expect(rule.properties).toEqual({ startIpAddress: address, endIpAddress: address });
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
    const call = one(template.module('availability-test-'), 'Microsoft.Insights/webtests').properties;
    expect(call).toMatchObject({ Request: { RequestUrl: "[parameters('healthUrl')]" } });
    const { healthUrl } = template.givenTo('availability-test-') as { healthUrl: { value: string } };
    const [, path = ''] = /format\('https:\/\/\{0\}\/api\/([^']+)'/.exec(healthUrl.value) ?? [];
    expect(read('functions', 'http', 'get-health.ts')).toContain(`path: '${path}'`);
  });
});

describe('the roles', () => {
  const calls = azureCalls();

  it('know every folder that calls Azure', () => {
    const known = Object.values(roles.systems).flat();
    expect(calls.filter(({ system }) => !known.includes(system))).toEqual([]);
  });

  it.each(Object.keys(roles.systems) as (keyof typeof roles.systems)[])(
    'have the actions for the calls of %s, and none for calls that nobody makes',
    (place) => {
      const made = calls.filter(({ system }) => roles.systems[place].includes(system)).map(({ call }) => call);
      expect([...new Set(callsOf(place))].toSorted()).toEqual([...new Set(made)].toSorted());
    },
  );

  it('have no action without a call, and none twice', () => {
    for (const [, role] of customRoles) {
      const rows = actionsOf(role);
      expect(rows.filter((row) => row.calls.length === 0)).toEqual([]);
      expect(new Set(rows.map(({ action }) => action)).size).toBe(rows.length);
    }
  });

  it('let nobody delete a dump', () => {
    expect(actionsOf(roles.dumpWriter).filter(({ action }) => /delete|\*|blobs\/move/i.test(action))).toEqual([]);
  });

  it('use no wildcard', () => {
    expect(customRoles.flatMap(([, role]) => actionsOf(role)).filter(({ action }) => action.includes('*'))).toEqual([]);
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

  it.each(files)('%s names events, properties and functions that exist', (file) => {
    const query = read('infra', 'queries', file);
    const events = [...query.matchAll(/\bName (?:==|in) \(?((?:'\w+'(?:, )?)+)/g)].flatMap(([, names = '']) =>
      quoted(names),
    );
    const functions: string[] = events.filter((name) => name === 'deadTicket');
    if (functions.length > 0)
      expect(read('functions', 'queue', 'dead-ticket.ts')).toContain(`storageQueue('deadTicket'`);
    const sent = events.filter((name) => !functions.includes(name));
    expect(sent.filter((name) => !(name in TELEMETRY_EVENTS))).toEqual([]);
    expect(query.startsWith('AppEvents')).toBe(sent.length > 0);
    for (const [kind, field] of ['Properties', 'Measurements'].flatMap((kind) => fieldsOf(query, kind))) {
      for (const event of sent)
        expect([event, kind, field, isField(event, kind, field)]).toEqual([event, kind, field, true]);
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

const quoted = (text: string): string[] => [...text.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '');

const fieldsOf = (query: string, kind: string): [string, string][] =>
  [...query.matchAll(new RegExp(`\\b${kind}\\.(\\w+)`, 'g'))].map(([, field]) => [kind, field ?? '']);

function isField(event: string, kind: string, field: string): boolean {
  const { properties, measures } = TELEMETRY_EVENTS[event as TelemetryEvent];
  return (kind === 'Properties' ? properties : measures).some((name) => name === field);
}

interface Role {
  readonly of: string;
  readonly actions: readonly Row[];
  readonly dataActions: readonly Row[];
}
interface Row {
  readonly action: string;
  readonly calls: readonly string[];
}

/** By name, in the order of the alphabet. */
const customRoles = Object.entries(roles)
  .filter((entry): entry is [string, (typeof entry)[1] & Role] => 'actions' in entry[1])
  .toSorted(([a], [b]) => a.localeCompare(b));

const actionsOf = (role: Role): Row[] => [...role.actions, ...role.dataActions];

function callsOf(place: keyof typeof roles.systems): string[] {
  if (place === 'state') return roles.hostStorage.flatMap(({ calls }) => calls);
  return customRoles.flatMap(([, role]) => (role.of === place ? actionsOf(role).flatMap(({ calls }) => calls) : []));
}

/** The modules that make a role each, by the name of their deployment. */
const ROLE_MODULES = {
  'server-reader': 'serverReader',
  'server-backup': 'serverBackup',
  'server-restorer': 'serverRestorer',
  'server-operations-': 'serverOperations',
  'network-joiner': 'networkJoiner',
  'content-restorer': 'contentRestorer',
  'dump-account-reader': 'accountReader',
  'content-account-reader': 'accountReader',
  'content-account-protector': 'accountProtector',
};

interface LifecycleDefinition {
  readonly filters: Readonly<Record<string, unknown>>;
  readonly actions: { readonly baseBlob: object };
}

const roleDefinition = (template: Template): unknown =>
  one(template, 'Microsoft.Authorization/roleDefinitions').properties;

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
