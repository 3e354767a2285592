import type { JobResult, JobWarning } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { ParityItem } from '../../domain/point-in-time/parity';
import type { PgConnection } from '../../domain/pg-connection';
import type { PitrRequest } from '../../domain/point-in-time/pitr-request';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { QuietedClone } from '../../systems/pg-server/pg-clones';
import type { Systems } from '../../systems/systems';
import { type ServerReady, awaitServer } from './await-server';
import { restorePlaces } from './azure-places';
import { beginClone, cloneAddress } from './begin-clone';
import { deleteServer } from './delete-server';
import { exportClone } from './export-clone';
import type { JobRun } from '../jobs/job-run';
import { quietClone } from './quiet-clone';
import { compareClone, matchNetwork, matchParameters } from './match-clone';

/**
 * The database as it was at a moment, on a new server beside the old one, which is only read. Every wait for Azure returns
 * the ticket, and every phase can be entered again by another worker.
 */
export async function restoreToPointInTime(systems: Systems, run: JobRun): Promise<JobResult | Later> {
  const request = run.record.request as unknown as PitrRequest;
  const { source } = restorePlaces(systems, databaseOf(run.record));
  const clone = cloneAddress(systems, run, request);
  const begun = await run.phase('begin', () => beginClone(systems, run, request));
  if (begun instanceof Later) return begun;
  const ready = await run.phase('restore', () => awaitServer(systems, run, clone, begun.askedAt));
  if (ready instanceof Later) return ready;
  // before it has the rules nobody connects to it, and we neither
  const network = await run.phase('network', () => matchNetwork(systems, run, source, clone));
  if (network instanceof Later) return network;
  const quieted = await run.phase('quiet', () => quietIfReached(systems, run, clone, ready));
  const applied = await run.phase('parameters', () => matchParameters(systems, run, source, clone));
  if (applied instanceof Later) return applied;
  const differing = await run.phase('compare', () => compareClone(systems, run, source, clone));
  const result = describe(systems, run, { server: clone.server, ready, quieted, parity: [...applied, ...differing] });
  if (request.then === 'keep') return result;
  const exported = await exportClone(systems, run, ready);
  const deleted = await run.phase('delete', () => deleteServer(systems, run, clone));
  if (deleted instanceof Later) return deleted;
  const { backupId, sizeBytes, sha256, warnings } = exported;
  return {
    ...{ server: result['server'], parity: result['parity'], quieted, exportedBackupId: backupId, sizeBytes, sha256 },
    warnings: [...result.warnings, ...warnings],
  };
}

/** null: nobody reaches it. What is restored from a server behind private endpoints has none before somebody makes one. */
async function quietIfReached(
  systems: Systems,
  run: JobRun,
  clone: ServerAddress,
  ready: ServerReady,
): Promise<QuietedClone | null> {
  const server = await systems.flexServers.find(clone, run.signal);
  if (server?.network.kind === 'private-endpoint') return null;
  const { keepJobs } = run.record.request as unknown as PitrRequest;
  return quietClone(systems, run, ready, keepJobs === true);
}

function describe(
  systems: Systems,
  run: JobRun,
  clone: { server: string; ready: ServerReady; quieted: QuietedClone | null; parity: readonly ParityItem[] },
): JobResult {
  const { connection } = systems.databases.find(databaseOf(run.record));
  const { pointInTime } = run.record.request as unknown as PitrRequest;
  const { server, parity, ready } = clone;
  const quieted = clone.quieted ?? { subscriptions: [], cronJobs: [] };
  const url = urlWithoutPassword(connection, ready.host);
  return {
    ...{ server, host: ready.host, url, pointInTime, parity, quieted },
    steps: [
      ...(clone.quieted === null
        ? [`make a private endpoint for ${server}: until then nobody reaches it`, STILL_IT]
        : []),
      `look at the data on ${ready.host}; the source server is as it was`,
      'look at "parity": what differs or was not applied is set by hand where it is needed',
      `set DATABASE_URL of the application to ${url} with its password, and restart it`,
      'set DATABASE_URL and POSTGRES_SERVER of this app likewise, so that backups follow',
      ...(quieted.cronJobs.length > 0 ? ['schedule the pg_cron jobs of "quieted" again on the new server'] : []),
      'delete the old server when nothing needs it any more; its own backups go with it',
    ],
    warnings: [...(clone.quieted === null ? [notReached(server)] : []), ...warningsOf(parity, quieted)],
  };
}

const STILL_IT =
  'disable its subscriptions (ALTER SUBSCRIPTION … DISABLE) and unschedule its pg_cron jobs (cron.unschedule) in each database';

const notReached = (server: string): JobWarning => ({
  code: 'clone-not-reached',
  detail: `${server} has no private endpoint, so its subscriptions and pg_cron jobs could not be stilled: they run`,
});

function warningsOf(parity: readonly ParityItem[], quieted: QuietedClone): JobWarning[] {
  const notApplied = parity.filter(({ outcome }) => outcome === 'not-applied');
  const awake = [...quieted.subscriptions, ...quieted.cronJobs].filter(({ outcome }) => outcome.startsWith('refused'));
  return [
    ...notApplied.map(({ kind, name, detail }) => ({
      code: 'parity-not-applied',
      detail: `${kind} ${name}: ${detail ?? ''}`,
    })),
    ...awake.map(({ database, name, outcome }) => ({
      code: 'clone-not-quiet',
      detail: `${database}: ${name} ${outcome}`,
    })),
  ];
}

function urlWithoutPassword({ user, port, database }: PgConnection, host: string): string {
  return `postgresql://${encodeURIComponent(user)}@${host}:${port}/${encodeURIComponent(database)}`;
}
