import type { CatalogEntry } from '../catalog/catalog';
import { newestVerified } from '../watch/checks';
import type { PitrWindow, Unavailable } from './recovery-points';

export const INCIDENTS = ['bad-migration', 'data-loss', 'bad-release', 'blob-deleted', 'other'] as const;
export type Incident = (typeof INCIDENTS)[number];

export const WAYS = ['redeploy', 'undelete', 'swap-dump', 'pitr', 'clean-dump', 'reconcile'] as const;
export type Way = (typeof WAYS)[number];

export interface AdviceFacts {
  readonly incident: Incident;
  /** When it went wrong: the way back must lead to before it. */
  readonly at: Date;
  readonly database: string;
  /** Newest first. */
  readonly catalog: readonly CatalogEntry[];
  readonly pitr: PitrWindow | Unavailable;
  /** What stands in the way of each kind of recovery right now; nothing: it can be started. */
  readonly missing: Readonly<Partial<Record<Way, readonly string[]>>>;
  /** The name to type where the database is guarded (`confirm` of a restore); null: none is asked for. */
  readonly confirm: string | null;
  /** Median duration of this installation's own runs, seconds. */
  readonly measuredSeconds: Readonly<Partial<Record<Way, number>>>;
}

export interface Advice {
  readonly way: Way;
  readonly why: string;
  /** The state that it leads back to, ISO 8601 UTC; null: it changes no data. */
  readonly recoveryPoint: string | null;
  /** Good writes between the recovery point and the incident, seconds. Whatever was written after it is lost as well. */
  readonly lossSeconds: number | null;
  /** null: this installation has never run it. */
  readonly expectedSeconds: number | null;
  readonly sideEffects: readonly string[];
  /** Prerequisites that fail right now; empty: it can be started. */
  readonly missing: readonly string[];
  readonly call: { readonly method: 'POST' | 'GET'; readonly path: string; readonly body?: object } | null;
}

/** A dump from so shortly before is better than PITR: it is verified, and its restore is quicker and can be undone. */
const JUST_BEFORE_MS = 60 * 60_000;
/** Azure's write-ahead log may be five minutes behind. */
const PITR_LAG_MS = 5 * 60_000;

/**
 * The ways back, best first (product.md §1). What cannot be started right now comes after what can, with what it misses;
 * only `clean` stays behind `swap` whatever is missing, because it destroys what swap keeps.
 */
export function adviseRecovery(facts: AdviceFacts): Advice[] {
  const ways = orderFor(facts).map((way) => describeWay(way, facts));
  const ready = ways.filter(({ missing }) => missing.length === 0);
  const blocked = ways.filter(({ missing }) => missing.length > 0);
  return swapBeforeClean([...ready, ...blocked]);
}

function orderFor(facts: AdviceFacts): Way[] {
  const { incident, at } = facts;
  const dump = dumpBefore(facts);
  const isJustBefore = dump !== undefined && at.getTime() - Date.parse(dump.snapshotAt) <= JUST_BEFORE_MS;
  switch (incident) {
    case 'blob-deleted':
      return ['undelete', 'reconcile'];
    case 'bad-release':
      return ['redeploy', ...databaseWays(isJustBefore)];
    case 'bad-migration':
    case 'data-loss':
      return databaseWays(isJustBefore);
    case 'other':
      // back to a certain state: the dump that has it
      return databaseWays(true);
  }
}

const databaseWays = (dumpFirst: boolean): Way[] =>
  dumpFirst ? ['swap-dump', 'pitr', 'clean-dump'] : ['pitr', 'swap-dump', 'clean-dump'];

function swapBeforeClean(ways: readonly Advice[]): Advice[] {
  const [swap, clean] = (['swap-dump', 'clean-dump'] as const).map((name) => ways.find(({ way }) => way === name));
  if (swap === undefined || clean === undefined || ways.indexOf(swap) < ways.indexOf(clean)) return [...ways];
  const rest = ways.filter((advice) => advice !== clean);
  rest.splice(rest.indexOf(swap) + 1, 0, clean);
  return rest;
}

/** The newest verified dump of the live database that was taken before it went wrong. */
const dumpBefore = ({ catalog, database, at }: AdviceFacts): CatalogEntry | undefined =>
  newestVerified(
    catalog.filter(({ snapshotAt }) => Date.parse(snapshotAt) <= at.getTime()),
    database,
  );

function describeWay(way: Way, facts: AdviceFacts): Advice {
  const described = DESCRIBE[way](facts);
  const { recoveryPoint } = described;
  return {
    way,
    ...described,
    lossSeconds: recoveryPoint === null ? null : Math.max(0, (facts.at.getTime() - Date.parse(recoveryPoint)) / 1000),
    expectedSeconds: facts.measuredSeconds[way] ?? null,
    // one cause may stand in the way twice
    missing: [...new Set([...described.missing, ...(facts.missing[way] ?? [])])],
  };
}

type Described = Omit<Advice, 'way' | 'lossSeconds' | 'expectedSeconds'>;

const DESCRIBE: Readonly<Record<Way, (facts: AdviceFacts) => Described>> = {
  redeploy: () => ({
    why: 'a bad release with a good database needs no database step: deploy the version before it',
    ...{ recoveryPoint: null, sideEffects: [], missing: [], call: null },
  }),
  undelete: () => ({
    why: 'soft delete still has the blob',
    ...{ recoveryPoint: null, sideEffects: [], missing: [] },
    call: { method: 'POST', path: '/api/undeletes', body: { container: '<container>', name: '<blob>' } },
  }),
  reconcile: ({ database }) => ({
    why: 'finds every blob that the rows point to and that is gone',
    ...{ recoveryPoint: null, sideEffects: [], missing: [] },
    call: { method: 'POST', path: '/api/reconciliations', body: { database, dryRun: true } },
  }),
  'swap-dump': (facts) =>
    fromDump(facts, 'swap', 'a verified dump; the database of now stays beside it, so it can be undone', [
      'needs room for the data twice; what was written after the snapshot is not in it',
    ]),
  'clean-dump': (facts) =>
    fromDump(facts, 'clean', 'the same dump where there is no room for two databases', [
      'destroys the contents of now, of which a safety dump is taken first',
    ]),
  pitr: (facts) => {
    const { at, pitr, database } = facts;
    const pointInTime = new Date(at.getTime() - 1000).toISOString();
    const missing = 'reason' in pitr ? [pitr.reason] : outsideWindow(pitr, pointInTime);
    return {
      why: 'a new server as of just before',
      recoveryPoint: pointInTime,
      sideEffects: ['makes a server of its own, which costs until it is deleted; the source server stays as it is'],
      missing,
      call: { method: 'POST', path: '/api/pitr-restores', body: { database, pointInTime, then: 'keep' } },
    };
  },
};

function outsideWindow({ earliest, latest }: PitrWindow, pointInTime: string): string[] {
  if (pointInTime < earliest) return [`the server's point-in-time window begins at ${earliest}`];
  const end = new Date(Date.parse(latest) + PITR_LAG_MS).toISOString();
  return pointInTime > end ? [`the server's point-in-time window ends at ${latest}`] : [];
}

function fromDump(facts: AdviceFacts, mode: 'swap' | 'clean', why: string, sideEffects: string[]): Described {
  const dump = dumpBefore(facts);
  const confirmed = facts.confirm === null ? {} : { confirm: facts.confirm };
  const redeploy = facts.incident === 'bad-release' ? ['then redeploy the version that matches its schema'] : [];
  return {
    why,
    recoveryPoint: dump?.snapshotAt ?? null,
    sideEffects: [...sideEffects, ...redeploy],
    missing: dump === undefined ? [`there is no verified dump of ${facts.database} from before`] : [],
    call:
      dump === undefined
        ? null
        : { method: 'POST', path: '/api/restores', body: { backupId: dump.backupId, mode, ...confirmed } },
  };
}
