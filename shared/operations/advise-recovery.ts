import { asFailure } from '../domain/failure';
import type { JobRecord } from '../domain/job';
import { measuredSeconds } from '../domain/measured-runs';
import { type Advice, adviseRecovery as rank, type Incident, type Way } from '../domain/recovery-advice';
import { type PitrWindow, type RecoveryPoint, recoveryPoints, type Unavailable } from '../domain/recovery-points';
import type { Systems } from '../systems/systems';
import { readWholeCatalog } from './read-catalog';

type Needs = Pick<Systems, 'backupStates' | 'clock' | 'databases' | 'dumpStore' | 'jobLedger' | 'settings'>;

/** Of the newest jobs so many are looked at for how long a recovery takes here. */
const JOBS_LOOKED_AT = 200;

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
  const { entries } = await readWholeCatalog(systems);
  return rank({
    ...{ incident: report.incident, database: report.database, catalog: entries },
    at: report.at === undefined ? systems.clock.now() : new Date(report.at),
    pitr: pitrWindow(),
    missing: missingFor(systems, report.database, routes),
    measuredSeconds: measuredSeconds(await newestJobs(systems)),
  });
}

export interface Timeline {
  readonly items: readonly RecoveryPoint[];
  /** What cannot be shown, and why. */
  readonly unavailable: readonly {
    readonly kind: RecoveryPoint['kind'];
    readonly database: string;
    readonly reason: string;
  }[];
}

/** Everything that can be gone back to, on one timeline. */
export async function readTimeline(systems: Needs, database: string | undefined): Promise<Timeline> {
  const { entries } = await readWholeCatalog(systems);
  const names = systems.databases.names().filter((name) => database === undefined || name === database);
  const windows = new Map(names.map((name) => [name, pitrWindow()]));
  const wanted = entries.filter((entry) => database === undefined || entry.database === database);
  return {
    items: recoveryPoints(wanted, windows),
    unavailable: [...windows].flatMap(([name, window]) =>
      'reason' in window ? [{ kind: 'pitr-window' as const, database: name, reason: window.reason }] : [],
    ),
  };
}

const pitrWindow = (): PitrWindow | Unavailable => ({
  reason: 'this version does not ask Azure for the point-in-time window of the server; the Azure portal shows it',
});

function missingFor(systems: Needs, database: string, routes: ReadonlySet<string>): Partial<Record<Way, string[]>> {
  const isBackupApp = systems.settings.get('APP_ROLE') === 'backup';
  const noLogin = isBackupApp ? [] : missingAdminLogin(systems, database);
  const elsewhere = isBackupApp ? ': the recovery app does' : '';
  const missing: Partial<Record<Way, string[]>> = {};
  for (const [way, route] of Object.entries(ROUTE_OF) as [Way, string][]) {
    const notServed = routes.has(route) ? [] : [`this app does not serve ${route.replace(' ', ' /api/')}${elsewhere}`];
    missing[way] = way === 'swap-dump' || way === 'clean-dump' ? [...notServed, ...noLogin] : notServed;
  }
  return missing;
}

function missingAdminLogin(systems: Needs, database: string): string[] {
  try {
    systems.databases.admin(database);
    return [];
  } catch (error) {
    return [asFailure(error).detail];
  }
}

async function newestJobs(systems: Needs): Promise<JobRecord[]> {
  const records: JobRecord[] = [];
  for await (const jobId of systems.jobLedger.listIds()) {
    const found = await systems.jobLedger.read(jobId).catch(() => undefined);
    if (found !== undefined) records.push(found.record);
    if (records.length >= JOBS_LOOKED_AT) break;
  }
  return records;
}
