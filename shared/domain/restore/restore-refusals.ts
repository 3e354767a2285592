import { conflicts } from './clean-conflicts';
import type { FailureCode } from '../failure';
import { failureTable } from '../failure';
import type { RestoreFacts } from './restore-facts';
import type { Refusal, RestorePlan } from './restore-plan';
import type { RestoreRequest } from './restore-request';
import { whyTooLittle } from './restore-space';
import { quoteIdentifier } from '../sql-names';

type Rule = (facts: RestoreFacts, request: RestoreRequest, plan: RestorePlan) => Refusal | undefined;

/** Everything that forbids this restore at once, the most basic first. */
export function restoreRefusals(facts: RestoreFacts, request: RestoreRequest, plan: RestorePlan): Refusal[] {
  return RULES.flatMap((rule) => rule(facts, request, plan) ?? []);
}

const RULES: readonly Rule[] = [
  ({ state, damage }) => {
    if (state === 'verified' || state === 'expired') return undefined;
    return refuse('backup-not-restorable', `the backup is ${state}${damage === undefined ? '' : `: ${damage}`}`);
  },
  (_, { mode, tables }) => {
    if (tables === undefined || mode === 'new-database') return undefined;
    return refuse('invalid-request', 'tables: only a new-database restore can leave tables out');
  },
  ({ target, place }, { mode }) => {
    if (mode === 'new-database' || target.live !== null) return undefined;
    return refuse('invalid-request', `targetDatabase: there is no database "${place.database}" to replace`);
  },
  ({ target }, { mode, targetDatabase }) => {
    if (mode !== 'new-database' || target.databases.every(({ name }) => name !== targetDatabase)) return undefined;
    return refuse('database-exists', `targetDatabase: a database "${targetDatabase ?? ''}" is there already`);
  },
  ({ guardedBecause }, { confirm }, { confirm: expected }) => {
    if (expected === null || confirm === expected) return undefined;
    const said = confirm === undefined ? 'is missing' : 'is not its name';
    const detail = `confirm: ${said}; the database would be replaced, and ${guardedBecause ?? ''}`;
    return refuse('confirmation-missing', detail, `send "confirm": ${JSON.stringify(expected)}`);
  },
  (_facts, _request, { missingRights }) => {
    if (missingRights.length === 0) return undefined;
    const rights = missingRights.map(({ right }) => right).join(', ');
    const sql = missingRights.map(({ sql: statement }) => statement).join(' ');
    return refuse('rights-missing', `the admin login lacks ${rights}`, `run as an administrator: ${sql}`);
  },
  refuseExtensions,
  ({ target }, { toastCompression }) => {
    if (toastCompression === undefined || target.server.hasLz4) return undefined;
    return refuse('invalid-request', 'toastCompression: this server was built without lz4');
  },
  ({ space }, { acceptStorageGrowth }, plan) => {
    const why = acceptStorageGrowth === true ? undefined : whyTooLittle(plan.space.neededBytes, space);
    return why === undefined ? undefined : refuse('space-too-little', why);
  },
  ({ target: { live } }, { mode, acceptReplicationLoss }) => {
    if (mode !== 'swap' || live === null || acceptReplicationLoss === true) return undefined;
    const slots = live.logicalSlots.map((name) => `logical slot ${quoteIdentifier(name)}`);
    const names = [...slots, ...live.subscriptions.map((name) => `subscription ${quoteIdentifier(name)}`)];
    if (names.length === 0) return undefined;
    return refuse('replication-in-the-way', `they would stay with the swapped-out database: ${names.join(', ')}`);
  },
  ({ target: { live } }, { mode }) => {
    const sessions = live?.sessions.filter(({ mayEnd }) => !mayEnd).map(({ description }) => description) ?? [];
    const prepared = live?.preparedTransactions.map((gid) => `prepared transaction ${gid}`) ?? [];
    const names = [...sessions, ...prepared];
    if (mode !== 'swap' || names.length === 0) return undefined;
    return refuse('swap-blocked', `the admin login may not end: ${names.join(', ')}`);
  },
  (facts, { mode }) => {
    const names = mode === 'clean' ? conflicts(facts) : [];
    if (names.length === 0) return undefined;
    return refuse(
      'objects-in-the-way',
      `the archive does not know these, which need what it replaces: ${names.join('; ')}`,
    );
  },
];

function refuseExtensions({ manifest, target }: RestoreFacts): Refusal | undefined {
  const problems = manifest.contents.extensions.flatMap(({ name }) => {
    const found = target.extensions.find((extension) => extension.name === name);
    if (found === undefined) return [`${quoteIdentifier(name)} is not installed on the server`];
    if (target.allowedExtensions?.includes(name.toLowerCase()) === false && name !== 'plpgsql') {
      return [`${quoteIdentifier(name)} is not in azure.extensions`];
    }
    return found.mayCreate ? [] : [`${quoteIdentifier(name)} can be created by a superuser only`];
  });
  return problems.length === 0 ? undefined : refuse('extension-missing', problems.join(', '));
}

function refuse(code: FailureCode, detail: string, hint = failureTable[code].hint): Refusal {
  return { code, detail, hint };
}
