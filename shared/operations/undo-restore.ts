import { Failure } from '../domain/failure';
import type { JobRecord, JobResult } from '../domain/job';
import type { UndoRequest } from '../domain/restore-request';
import type { Systems } from '../systems/systems';
import { carryOutUndo, undoneResult } from './carry-out-undo';
import { guardOf } from './guard-database';
import type { JobRun } from './job-run';
import { adminOf, planOfJob } from './restore-database';
import { findSwitched, notedSwitch, type Switch } from './switch-databases';
import type { PgConnection } from '../domain/pg-connection';

/** The job that takes a swap back: the previous database is live again, and the restored one stays beside it. */
export async function undoRestore(systems: Systems, run: JobRun): Promise<JobResult> {
  const { confirm } = run.record.request as unknown as UndoRequest;
  const { admin, restore } = await restoreOf(systems, run.record);
  const { host, port } = admin;
  const why = guardOf(systems, { host, port, database: restore.database });
  if (why !== undefined && confirm !== restore.database) {
    const detail = `confirm: is missing or not its name; the database would be replaced, and ${why}`;
    throw new Failure('confirmation-missing', detail, { hint: `send "confirm": ${JSON.stringify(restore.database)}` });
  }
  return carryOutUndo(systems, run, admin, restore);
}

/** Nothing is left behind by an undo; when its switch had happened, the stop came too late. */
export async function abandonUndo(systems: Systems, record: JobRecord): Promise<JobResult | undefined> {
  const noted = notedSwitch(record);
  if (noted === undefined) return undefined;
  const { admin } = await restoreOf(systems, record);
  const switched = await findSwitched(systems, admin, noted);
  if (switched === undefined) return undefined;
  const { since } = record.notes['previous'] as { since: string };
  return undoneResult({ ...switched, writesSince: since });
}

/** @throws Failure `not-found`; `job-not-undoable` for a job that swapped nothing */
async function restoreOf(
  systems: Pick<Systems, 'databases' | 'jobLedger'>,
  record: JobRecord,
): Promise<{ admin: PgConnection; restore: Switch }> {
  const { restoreJobId } = record.request as unknown as UndoRequest;
  const found = await systems.jobLedger.read(restoreJobId);
  if (found === undefined) throw new Failure('not-found', 'jobId: no such job');
  const plan = planOfJob(found.record);
  const restore = notedSwitch(found.record);
  if (plan === undefined || restore === undefined || found.record.state !== 'succeeded') {
    throw new Failure('job-not-undoable', `jobId: ${restoreJobId} is no swap that has succeeded`);
  }
  return { admin: adminOf(systems, plan), restore };
}
