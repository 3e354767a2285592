import { asFailure } from '../../domain/failure';
import { measuredSeconds } from '../../domain/catalog/measured-runs';
import {
  type Advice,
  type AdviceFacts,
  adviseRecovery as rank,
  type Incident,
  type Way,
} from '../../domain/advice/recovery-advice';
import type { RestoreRequest } from '../../domain/restore/restore-request';
import type { Systems } from '../../systems/systems';
import { restorePlaces } from '../point-in-time/azure-places';
import { guardOf } from '../restore/guard-database';
import { type PlanningNeeds, planRestoreFor } from '../restore/plan-restore';
import { readWholeCatalog } from '../catalog/read-catalog';
import { listJobs } from '../jobs/jobs';
import { readPitrWindow } from './read-recovery-places';
import { notServed, reasonOf } from './what-is-missing';
import { withinLimit } from './within-limit';

type Needs = PlanningNeeds & Pick<Systems, 'contentStore' | 'flexServers' | 'pgAdmin'>;

/** Of the newest jobs so many are looked at for how long a recovery takes here. */
const JOBS_LOOKED_AT = 200;
/** A restore that cannot be planned in this time is told as such, and the advice does not wait. */
const PLANNING_MS = 60_000;

/** The route that starts each way, as the routes describe themselves. */
const ROUTE_OF: Readonly<Partial<Record<Way, string>>> = {
  'swap-dump': 'POST restores',
  'clean-dump': 'POST restores',
  pitr: 'POST pitr-restores',
  undelete: 'POST undeletes',
  reconcile: 'POST reconciliations',
};

export interface IncidentReport {
  readonly incident: Incident;
  /** ISO 8601 UTC; default: now. */
  readonly at?: string | undefined;
  readonly database: string;
  /** How old the catalog may be (`readWholeCatalog`); what forbids a restore is asked anew always. */
  readonly maxAgeMs?: number;
}

/**
 * Ranked ways back for an incident. `routes` are those that can be called (`POST restores`): what this installation does not
 * serve is named as missing, not left out.
 */
export async function adviseRecovery(
  systems: Needs,
  report: IncidentReport,
  routes: ReadonlySet<string>,
): Promise<Advice[]> {
  const { database, incident } = report;
  const [{ entries }, pitr, measured] = await Promise.all([
    readWholeCatalog(systems, report.maxAgeMs),
    readPitrWindow(systems, database),
    measuredRuns(systems),
  ]);
  const facts: AdviceFacts = {
    ...{ incident, database, catalog: entries, pitr, measuredSeconds: measured },
    at: report.at === undefined ? systems.clock.now() : new Date(report.at),
    missing: missingFor(systems, database, routes),
    confirm: confirmationFor(systems, database),
  };
  return rank({ ...facts, missing: await withRefusals(systems, facts) });
}

function missingFor(systems: Needs, database: string, routes: ReadonlySet<string>): AdviceFacts['missing'] {
  const missing: Partial<Record<Way, string[]>> = {};
  const elsewhere = isBackupApp(systems) ? ': the recovery app does' : '';
  for (const [way, route] of Object.entries(ROUTE_OF) as [Way, string][]) {
    missing[way] = notServed(routes, route, elsewhere);
  }
  const noPlace = reasonOf(() => restorePlaces(systems, database));
  const noContent = systems.contentStore.isConfigured() ? [] : ['CONTENT_STORAGE is not set'];
  return {
    ...missing,
    pitr: [...(missing['pitr'] ?? []), ...noPlace],
    undelete: [...(missing['undelete'] ?? []), ...noContent],
    reconcile: [...(missing['reconcile'] ?? []), ...noContent],
  };
}

const isBackupApp = ({ settings }: Needs): boolean => settings.get('APP_ROLE') === 'backup';

/** Each restore is planned as its dry run would be: what forbids it now is what is missing for it. */
async function withRefusals(systems: Needs, facts: AdviceFacts): Promise<AdviceFacts['missing']> {
  // it has not the login that could plan one
  if (isBackupApp(systems)) return facts.missing;
  const planned = await Promise.all(
    rank(facts).map(async ({ way, call }) => {
      const request = call?.path === '/api/restores' ? (call.body as RestoreRequest | undefined) : undefined;
      return [way, request === undefined ? [] : await refusalsOf(systems, request)] as const;
    }),
  );
  return Object.fromEntries(planned.map(([way, more]) => [way, [...(facts.missing[way] ?? []), ...more]]));
}

async function refusalsOf(systems: Needs, request: RestoreRequest): Promise<string[]> {
  try {
    const { plan } = await withinLimit(PLANNING_MS, (signal) => planRestoreFor(systems, request, signal));
    // room that nobody knows is the caller's to answer for (`acceptStorageGrowth`), and no reason for another way
    const isOpen = plan.space.freeBytes === null;
    return plan.refusals.filter(({ code }) => !(isOpen && code === 'space-too-little')).map(({ detail }) => detail);
  } catch (error) {
    return [asFailure(error).detail];
  }
}

/** What the call that replaces the live database has to say; null where nothing guards it, or nobody can tell now. */
function confirmationFor(systems: Needs, database: string): string | null {
  try {
    const { connection } = systems.databases.find(database);
    return guardOf(systems, connection) === undefined ? null : connection.database;
  } catch {
    return null;
  }
}

/** How long each way takes here; no records to be had is no reason to give no advice. */
async function measuredRuns(systems: Needs): Promise<AdviceFacts['measuredSeconds']> {
  const { items } = await listJobs(systems, { limit: JOBS_LOOKED_AT }).catch(() => ({ items: [] }));
  return measuredSeconds(items);
}
