import { readMarker } from '../../domain/restore/database-marker';
import { Failure } from '../../domain/failure';
import type { JobResult } from '../../domain/jobs/job';
import type { PgConnection } from '../../domain/pg-connection';
import { swappedOutName } from '../../domain/restore/swapped-out-name';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';
import { notedSwitch, type Switch, switchDatabases, type Switched } from './switch-databases';

type Needs = Pick<Systems, 'clock' | 'pgAdmin' | 'settings'>;

/**
 * Swaps the previous database of a restore back: the very one that was live before it, told by its oid and its marker.
 * The one that is live now stays beside it, because what was written since the swap is in it alone.
 *
 * @throws Failure `swap-blocked` with nothing changed, `database-missing` when the previous database is gone
 */
export async function carryOutUndo(
  systems: Needs,
  run: JobRun,
  admin: PgConnection,
  restore: Switch,
): Promise<JobResult> {
  const liveBecomes =
    notedSwitch(run.record)?.liveBecomes ?? swappedOutName(restore.database, 'undone', systems.clock.now());
  const switched = await run.phase('switch', async () => {
    const { comment, since } = await previousOf(systems, run, admin, restore);
    const done = await switchDatabases(systems, run, admin, {
      ...{ database: restore.database, liveOid: restore.nextOid, liveBecomes, state: 'undone', comment },
      ...{ nextName: restore.liveBecomes, nextOid: restore.liveOid },
    });
    return { ...done, writesSince: since };
  });
  return undoneResult(switched);
}

export function undoneResult(switched: Switched & { readonly writesSince: string }): JobResult {
  const detail = `what was written from ${switched.writesSince} to ${switched.since} is only in "${switched.swappedOut}"`;
  return {
    database: switched.database,
    undoneDatabase: switched.swappedOut,
    writesSince: switched.writesSince,
    warnings: [{ code: 'writes-left-behind', detail }],
  };
}

/** What the marker of the swapped-out database tells; kept in the record, because the switch takes the marker away. */
async function previousOf(
  systems: Needs,
  run: JobRun,
  admin: PgConnection,
  restore: Switch,
): Promise<{ comment: string | null; since: string }> {
  const kept = run.record.notes['previous'] as { comment: string | null; since: string } | undefined;
  if (kept !== undefined) return kept;
  const databases = await systems.pgAdmin.listDatabases(admin, run.signal);
  const found = databases.find(({ oid }) => oid === restore.liveOid);
  const marker = readMarker(found?.comment ?? null);
  if (marker?.state !== 'previous' || found?.name !== restore.liveBecomes) {
    throw new Failure('database-missing', `"${restore.liveBecomes}" is not there any more as the restore left it`);
  }
  const previous = { comment: marker.comment, since: marker.since };
  await run.note({ previous });
  return previous;
}
