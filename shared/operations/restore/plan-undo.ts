import { PREVIOUS_DROPPED, type PreviousDropped } from '../../domain/restore/drop-previous';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import { planUndo, type UndoPlan } from '../../domain/restore/plan-undo';
import type { RestoreRequest, UndoRequest } from '../../domain/restore/restore-request';
import type { Systems } from '../../systems/systems';
import { findBackup } from '../catalog/find-backup';
import { guardOf } from './guard-database';
import { findJob } from '../jobs/jobs';
import { restorePlace } from './plan-restore';
import { notedSwitch, type Switch } from './switch-databases';

type Needs = Pick<Systems, 'clock' | 'databases' | 'dumpStore' | 'jobLedger' | 'pgTarget' | 'settings'>;

interface Undoable {
  readonly swapped: Switch;
  readonly admin: PgConnection;
  /** The configured name whose lock the restore held. */
  readonly lockedName: string;
  readonly switchedAt: string | null;
  readonly dropped: PreviousDropped | undefined;
}

/** @throws Failure `not-found` for no such job, `undo-impossible` for one that swapped nothing */
export async function findSwap(systems: Needs, restoreJobId: string): Promise<Undoable> {
  const record = await findJob(systems, restoreJobId);
  const swapped = notedSwitch(record);
  if (record.kind !== 'restore' || record.state !== 'succeeded' || swapped === undefined) {
    throw new Failure('undo-impossible', `the job ${restoreJobId} is no swap that succeeded`);
  }
  const request = record.request as unknown as RestoreRequest;
  const { manifest } = await findBackup(systems, request.backupId);
  const { admin } = restorePlace(systems, request, manifest);
  const switchedAt = record.result?.['switchedAt'];
  return {
    ...{ swapped, admin, lockedName: record.database ?? manifest.name },
    switchedAt: typeof switchedAt === 'string' ? switchedAt : null,
    dropped: record.result?.[PREVIOUS_DROPPED] as PreviousDropped | undefined,
  };
}

/** Asks the server and plans. Changes nothing. */
export async function planUndoFor(
  systems: Needs,
  { restoreJobId, confirm }: UndoRequest,
  signal: AbortSignal,
): Promise<{ plan: UndoPlan; swap: Undoable }> {
  const swap = await findSwap(systems, restoreJobId);
  const { swapped, admin } = swap;
  const target = await systems.pgTarget.readFacts(admin, swapped.database, signal);
  const facts = {
    ...{ database: swapped.database, previousDatabase: swapped.liveBecomes, previousOid: swapped.liveOid },
    ...{ liveOid: swapped.nextOid, writesSince: swap.switchedAt, target, dropped: swap.dropped },
    guardedBecause: guardOf(systems, { host: admin.host, port: admin.port, database: swapped.database }),
  };
  return { plan: planUndo(facts, confirm, systems.clock.now()), swap };
}
