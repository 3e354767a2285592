import type { JobRecord, JobResult } from '../../domain/jobs/job';
import { expectNoRefusal } from '../../domain/restore/restore-plan';
import type { UndoRequest } from '../../domain/restore/restore-request';
import type { Systems } from '../../systems/systems';
import { carryOutUndo } from './carry-out-undo';
import type { JobRun } from '../jobs/job-run';
import { findSwap, planUndoFor } from './plan-undo';
import { findSwitched, notedSwitch } from './switch-databases';

/** Swaps the previous database of a restore back. @throws Failure what the plan refuses, with nothing changed */
export async function undoRestore(systems: Systems, run: JobRun): Promise<JobResult> {
  const request = run.record.request as unknown as UndoRequest;
  await run.phase('plan', async () => {
    const { plan } = await planUndoFor(systems, request, run.signal);
    expectNoRefusal(plan.refusals);
  });
  const { swapped, admin } = await findSwap(systems, request.restoreJobId);
  return carryOutUndo(systems, run, admin, swapped);
}

/** The switch is all or nothing: when it has happened, the job had succeeded before it was told to stop. */
export async function abandonUndo(systems: Systems, record: JobRecord): Promise<JobResult | undefined> {
  const noted = notedSwitch(record);
  if (noted === undefined) return undefined;
  const request = record.request as unknown as UndoRequest;
  const { admin } = await findSwap(systems, request.restoreJobId);
  const switched = await findSwitched(systems, admin, noted);
  if (switched === undefined) return undefined;
  const warnings = [{ code: 'stopped-too-late', detail: 'the undo was complete when the job was to stop' }];
  return { database: switched.database, undoneDatabase: switched.swappedOut, warnings };
}
